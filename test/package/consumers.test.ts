import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { postForm } from '../start-server.js'
import { installPackage, type InstalledPackage } from './installed-package.js'
import { repository } from './packed-package.js'
import { startedServer } from './running-server.js'

const run = promisify(execFile)

const own = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  version: string
  devDependencies: Record<'express' | 'express4' | '@types/express' | '@types/express4' | '@types/node', string>
} // the boundary: our own file
const { devDependencies: version } = own
const aliased = (specifier: string) => specifier.replace(/^npm:/, '')

/** The README names it. */
const oldestTypeScript = '4.7.4'

const consumers = [
  { kind: 'An ES module', program: 'javascript-esm.mjs' },
  { kind: 'A CommonJS module', program: 'javascript-commonjs.cjs' },
  { kind: 'An ES module in TypeScript', program: 'typescript-esm.mjs' },
  { kind: 'A CommonJS module in TypeScript', program: 'typescript-commonjs.cjs' },
]

const packed = inject('packed')

describe.for([
  { major: 5, packages: [`express@${version.express}`, `@types/express@${version['@types/express']}`] },
  { major: 4, packages: [aliased(version.express4), aliased(version['@types/express4'])] },
])('with Express $major', ({ major, packages }) => {
  let project: InstalledPackage

  beforeAll(async () => {
    project = await installPackage(packed.tarball, [
      ...packages,
      `@types/node@${version['@types/node']}`,
      `typescript@${oldestTypeScript}`,
    ])
  })

  afterAll(() => {
    project.remove()
  })

  test('npm leaves the Express that the project has, and adds no types to it.', () => {
    const installed = Object.keys(project.lock).filter((path) =>
      /node_modules\/(?:express|@types\/passport.*)$/.test(path),
    )
    expect(installed).toEqual(['node_modules/express'])
    expect(project.lock['node_modules/express']?.version).toMatch(`${major}.`)
  })

  test('No package that comes along wants to run an install script.', () => {
    const scripted = Object.entries(project.lock).filter(([, { hasInstallScript }]) => hasInstallScript === true)
    expect(scripted).toEqual([])
  })

  test('npm installs the command line, and it runs.', async () => {
    const { stdout } = await run('node_modules/.bin/express-oauth-password-grant', ['--version'], {
      cwd: project.folder,
    })
    expect(stdout).toBe(`${own.version}\n`)
  })

  // Also builds the programs in TypeScript for the tests after it.
  test('TypeScript finds the types complete and right, those of other packages too, where it is strict.', async () => {
    const tsc = join(repository, 'node_modules/typescript/bin/tsc')
    const { stdout } = await run(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd: project.folder }).catch(
      (error: unknown) => error as { stdout: string }, // the boundary: execFile rejects with what was printed
    )
    expect(stdout).toBe('')
  })

  test('The oldest TypeScript that the README names finds the types complete and right too.', async () => {
    const [major, minor] = oldestTypeScript.split('.')
    expect(readFileSync(join(repository, 'README.md'), 'utf8')).toContain(`TypeScript ${major}.${minor}`)
    const { stdout } = await run('node_modules/.bin/tsc', ['-p', 'tsconfig.oldest.json'], {
      cwd: project.folder,
    }).catch((error: unknown) => error as { stdout: string }) // the boundary: execFile rejects with what was printed
    expect(stdout).toBe('')
  })

  test.for(consumers)('$kind starts a server that issues tokens.', async ({ program }) => {
    const url = await startedServer(project.folder, [program])
    const { status, body } = await postForm(url, {
      grant_type: 'password',
      username: 'alice',
      password: 'sesame',
      client_id: 'web-backend',
      client_secret: 'web-backend-secret-of-32-bytes-or-more',
    })
    expect(status).toBe(200)
    const [, claims = ''] = String(body['access_token']).split('.')
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      sub: '42',
      client_id: 'web-backend',
    })
  })
})
