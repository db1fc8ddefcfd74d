import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { PROGRAM, run } from './program.js'

const commands = ['client', 'key', 'token', 'check']

test('--help names every command, and --version is that of the package.', async () => {
  const [help, version] = await Promise.all([run(['--help']), run(['--version'])])
  expect(help).toMatchObject({ exitCode: 0, stderr: '' })
  for (const command of commands) expect(help.stdout).toContain(`  ${command}`)
  const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  expect(version).toEqual({ exitCode: 0, stdout: `${own.version}\n`, stderr: '' })
})

test.for(commands)('%s --help explains it, and does nothing.', async (command) => {
  const { exitCode, stdout, stderr } = await run([command, '--help'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toContain(`Usage: npx express-oauth-password-grant ${command}`)
  expect(stdout).toContain('--json')
})

test.for([
  { typed: [], says: 'Name a command.' },
  { typed: ['nonsense'], says: 'There is no such command' },
  {
    typed: ['client', '--nonsense'],
    says: 'client has no option --nonsense: its options are --id, --key, --alg, --json, --help.',
  },
  { typed: ['client', '-x'], says: 'client has no option -x' },
  { typed: ['client', 'argument'], says: 'client takes no argument' },
  { typed: ['client', '--id'], says: '--id needs a value' },
  { typed: ['client', '--id='], says: '--id has an empty value' },
  { typed: ['client', '--id', 'a', '--id', 'b'], says: '--id is given twice' },
  { typed: ['client', '--json=yes'], says: '--json takes no value' },
  { typed: ['client', '--id', 'a:b'], says: '--id has characters' },
  { typed: ['key', '--alg', 'HS1'], says: '--alg is not known' },
  { typed: ['key', '--format', 'der'], says: '--format is not known' },
  { typed: ['key', '--alg', 'HS256', '--format', 'pem'], says: 'has no PEM form' },
  { typed: ['token', 'one', 'two'], says: 'token takes one argument' },
  { typed: ['token'], says: 'Stdin holds no token.' },
  { typed: ['token', 'a.b.c', '--issuer', 'http://example.com'], says: '--issuer must be an https URL' },
  { typed: ['token', 'e30.e30.', '--secret-file', '/does/not/exist'], says: 'cannot be read (ENOENT)' },
  { typed: ['token', 'e30.e30.', '--secret-env', 'NOT_THERE'], says: 'not in the environment' },
  { typed: ['token', 'e30.e30.', '--secret-env', 'A', '--jwks', 'b'], says: 'Give one of' },
  { typed: ['token', 'e30.e30.', '--jwks', 'http://example.com/keys'], says: '--jwks is a string: give an https URL' },
  { typed: ['token', '--secret-file', '-'], says: 'cannot both be on stdin' },
  { typed: ['check'], says: 'check needs URL' },
  { typed: ['check', 'localhost'], says: 'URL must be the https URL' },
  { typed: ['check', 'https://me:secret@example.com'], says: 'URL must be the https URL' },
  { typed: ['check', 'https://example.com', '--token-endpoint', 'http://example.com'], says: '--token-endpoint is' },
])('$typed is refused in a sentence: $says', async ({ typed, says }) => {
  const { exitCode, stdout, stderr } = await run(typed)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain(says)
  expect(stderr).toMatch(/^[^\n]+ See npx express-oauth-password-grant ?\w* --help\n$/)
})

test.for([
  ['token', 'a.b.c', '--secret', 'hunter2-hunter2'],
  ['token', 'a.b.c', '--secret=hunter2-hunter2'],
  ['token', 'a.b.c', 'hunter2-hunter2'],
  ['client', '--secret', 'hunter2-hunter2'],
])('A secret on the command line is not taken, nor printed: %j', async (typed) => {
  const { exitCode, stdout, stderr } = await run(typed)
  expect(exitCode).toBe(2)
  expect(stdout + stderr).not.toContain('hunter2')
  if (typed.some((one) => one.startsWith('--secret'))) expect(stderr).toContain('never taken from the command line')
})

test('Colours are for terminals only, and not where NO_COLOR is set.', async () => {
  const typed = ['token', 'nonsense']
  expect((await run(typed)).stdout).not.toContain('\u001b')
  const onTerminal = async (env: Record<string, string>) => {
    // `script` gives the program a terminal of its own.
    const command = ['-qec', `${process.execPath} ${PROGRAM} ${typed.join(' ')}`, '/dev/null']
    const options = { env: { PATH: process.env['PATH'], TERM: 'xterm', ...env } }
    return promisify(execFile)('script', command, options).catch((error: unknown) => error as { stdout: string })
  }
  expect((await onTerminal({})).stdout).toContain('\u001b[31m')
  expect((await onTerminal({ NO_COLOR: '1' })).stdout).not.toContain('\u001b')
  expect((await onTerminal({ TERM: 'dumb' })).stdout).not.toContain('\u001b')
})
