import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Exchange, Outcome, StrangersClient } from '../strangers-client.js'

// Debian's own interpreters: another python3 that comes first on the PATH does not see Debian's libraries.
const python = '/usr/bin/python3'
const ruby = '/usr/bin/ruby'
const perl = '/usr/bin/perl'
const go = '/usr/bin/go'
const goEnvironment = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' }

/** Clients in other languages, from Debian's packages. */
export function debianClients(): readonly StrangersClient[] {
  return [
    lineClient({
      name: 'requests-oauthlib (Python)',
      ways: ['basic', 'body'],
      encodesBasic: false,
      packages: 'python3-requests-oauthlib',
      probe: [python, '-c', 'import requests_oauthlib'],
      command: () => [python, program('requests-oauthlib.py')],
    }),
    lineClient({
      name: 'authlib (Python)',
      ways: ['basic', 'body'],
      encodesBasic: false,
      packages: 'python3-authlib python3-requests',
      probe: [python, '-c', 'import authlib.integrations.requests_client'],
      command: () => [python, program('authlib.py')],
    }),
    lineClient({
      name: 'golang.org/x/oauth2 (Go)',
      ways: ['basic', 'body', 'either'],
      encodesBasic: true,
      packages: 'golang-go golang-golang-x-oauth2-dev',
      probe: [go, 'list', 'golang.org/x/oauth2'],
      command: builtGoProgram,
    }),
    lineClient({
      name: 'oauth2 (Ruby)',
      ways: ['basic', 'body'],
      encodesBasic: false,
      packages: 'ruby-oauth2',
      probe: [ruby, '-e', 'require "oauth2"'],
      command: () => [ruby, program('ruby-oauth2.rb')],
    }),
    lineClient({
      name: 'LWP::Authen::OAuth2 (Perl)',
      ways: ['body'],
      encodesBasic: false,
      packages: 'liblwp-authen-oauth2-perl',
      probe: [perl, '-MLWP::Authen::OAuth2', '-e', '1'],
      command: () => [perl, program('lwp-authen-oauth2.pl')],
    }),
  ]
}

interface LineProgram extends Pick<StrangersClient, 'name' | 'ways' | 'encodesBasic'> {
  packages: string
  probe: readonly [string, ...string[]]
  command: () => readonly [string, ...string[]]
}

/** A program that reads one exchange a line and answers one outcome a line; started at the first exchange. */
function lineClient({ packages, probe, command, ...known }: LineProgram): StrangersClient {
  const [probed, ...probeArguments] = probe
  const present = spawnSync(probed, probeArguments, { env: goEnvironment }).status === 0
  let running: { child: ChildProcessByStdio<Writable, Readable, null>; answers: AsyncIterator<string> } | undefined
  const start = () => {
    const [file, ...rest] = command()
    const child = spawn(file, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
    return { child, answers: createInterface(child.stdout)[Symbol.asyncIterator]() }
  }
  return {
    ...known,
    ...(present ? {} : { missing: packages }),
    async exchange(wanted: Exchange): Promise<Outcome> {
      running ??= start()
      running.child.stdin.write(`${JSON.stringify(wanted)}\n`)
      const answer = await running.answers.next()
      if (answer.done === true) throw new Error(`${known.name} ended without an answer.`)
      return JSON.parse(answer.value) as Outcome // the boundary: our own programs beside this file write it
    },
    end() {
      running?.child.stdin.end()
    },
  }
}

function builtGoProgram(): readonly [string] {
  const folder = mkdtempSync(join(tmpdir(), 'x-oauth2-'))
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true })
  })
  const built = join(folder, 'x-oauth2')
  const { status, stderr } = spawnSync(go, ['build', '-o', built, program('x-oauth2.go')], { env: goEnvironment })
  if (status !== 0) throw new Error(stderr.toString())
  return [built]
}

function program(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}
