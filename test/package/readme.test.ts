import { execFile, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { REDIS_URL } from '../servers.js'
import {
  lacksMariadb,
  lacksPostgres,
  lacksRedis,
  newMariadbDatabase,
  newPostgresDatabase,
} from '../example-app/servers.js'
import { basic, requestToken } from '../start-server.js'
import { environment, repository } from './packed-package.js'
import { snippetsIn, snippetWith, writeSnippets, type Snippet } from './readme-snippets.js'
import { startedServer } from './running-server.js'

const run = promisify(execFile)

const markdown = readFileSync(join(repository, 'README.md'), 'utf8')
const ofStores = readFileSync(join(repository, 'lib/stores/README.md'), 'utf8')
const snippets = snippetsIn(markdown + ofStores)
const quickStart = snippetWith(snippets, 'js', '.listen(3000)')

const alice = { grant_type: 'password', username: 'alice', password: 'sesame' }
const webBackend = { id: 'web-backend', secret: 'a-client-secret-of-32-bytes-or-more' }
const lacksCurl = process.env['CI'] === undefined && spawnSync('curl', ['--version']).status !== 0

const packed = inject('packed')
let folder: string
let files: ReadonlyMap<Snippet, string>

beforeAll(() => {
  folder = join(packed.folder, 'readme')
  cpSync(join(repository, 'test/package/consumers/readme'), folder, { recursive: true })
  files = writeSnippets(folder, snippets)
})

test('Every snippet is right in the eyes of TypeScript.', async () => {
  const tsc = join(repository, 'node_modules/typescript/bin/tsc')
  const { stdout } = await run(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd: folder }).catch(
    (error: unknown) => error as { stdout: string }, // the boundary: execFile rejects with what was printed
  )
  expect(stdout).toBe('')
})

test.skipIf(lacksCurl)(
  'The quick start leads from an empty folder to a token and a guarded route by its own commands and files.',
  { timeout: 120_000 },
  async () => {
    const empty = mkdtempSync(join(tmpdir(), 'quick-start-'))
    onTestFinished(() => {
      rmSync(empty, { recursive: true, force: true })
    })
    const install = snippetWith(snippets, 'sh', 'npm install express express-oauth-password-grant').text
    const packages = install.trim().replace(/ express-oauth-password-grant$/, ` ${packed.tarball}`)
    const settings = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_prefer_offline: 'true' }
    await run('sh', ['-c', packages], { cwd: empty, env: { ...environment, ...settings } })

    const [, name = ''] = /Save this as `(\S+)`:/.exec(markdown) ?? []
    writeFileSync(join(empty, name), quickStart.text)
    const [program, ...args] = snippetWith(snippets, 'sh', `node ${name}`).text.trim().split(' ')
    expect(program).toBe('node')
    const url = await startedServer(empty, ['--import', join(folder, 'free-port.mjs'), ...args])

    const shown = JSON.parse(snippetWith(snippets, 'json', 'access_token').text) as Record<string, unknown> // the boundary: our own file
    const tokens = await answerOfCurl(snippetWith(snippets, 'sh', 'grant_type=password').text, url)
    expect(Object.keys(tokens)).toEqual(Object.keys(shown))
    for (const [member, value] of Object.entries(shown)) {
      if (typeof value === 'string' && value.endsWith('…')) expect(tokens[member]).toContain(value.slice(0, -1))
      else expect(tokens[member]).toEqual(value)
    }

    const call = snippetWith(snippets, 'sh', '$ACCESS_TOKEN').text
    const contacts = await answerOfCurl(call, url, { ACCESS_TOKEN: String(tokens['access_token']) })
    const [, expected = ''] = /guarded route .*? get `(.*?)`/s.exec(markdown) ?? []
    expect(contacts).toEqual(JSON.parse(expected))
    expect((await fetch(`${url}/contacts`)).status).toBe(401)
  },
)

test.skipIf(lacksCurl)('The curl line that refreshes gets new tokens.', async () => {
  const url = await startedServer(folder, ['--import', './free-port.mjs', fileOf(quickStart)])
  const login = await requestToken(url, alice, basic(webBackend))
  const refresh = snippetWith(snippets, 'sh', 'grant_type=refresh_token').text
  const answer = await answerOfCurl(refresh, url, { REFRESH_TOKEN: String(login.body['refresh_token']) })
  expect(answer['refresh_token']).toEqual(expect.any(String))
  expect(answer['refresh_token']).not.toBe(login.body['refresh_token'])
})

test('The claims of the access token are those that are listed, and jose takes the token as shown.', async () => {
  const url = await startedServer(folder, ['--import', './free-port.mjs', fileOf(quickStart)])
  const { body } = await requestToken(url, alice, basic(webBackend))
  const jose = fileOf(snippetWith(snippets, 'js', 'jwtVerify'))
  const program = `const { claimsOf } = await import('${jose}'); console.log(JSON.stringify(await claimsOf(process.argv[1])))`
  const { stdout } = await run(
    process.execPath,
    ['--input-type=module', '--eval', program, String(body['access_token'])],
    {
      cwd: folder,
    },
  )
  const [, listed = ''] = /its claims are (.*?)\./s.exec(markdown) ?? []
  expect(Object.keys(JSON.parse(stdout) as object)).toEqual([...listed.matchAll(/`(\w+)`/g)].map(([, name]) => name))
})

test('The sessions of a user are listed, end one by one, and end when the password changes.', async () => {
  const url = await startedServer(folder, ['serve.mjs', fileOf(snippetWith(snippets, 'js', "'/sessions'"))])
  for (let login = 0; login < 3; login++) await requestToken(url, alice, basic(webBackend))
  const sessions = await sessionsAt(url)
  expect(sessions).toHaveLength(3)
  const end = (id: string) => fetch(`${url}/sessions/${id}`, { method: 'DELETE' })
  expect((await end(sessions[0]?.id ?? '')).status).toBe(204)
  expect((await end('none-of-mine')).status).toBe(404)
  expect(await sessionsAt(url)).toHaveLength(2)
  const headers = { 'content-type': 'application/json' }
  const change = await fetch(`${url}/password`, { method: 'PUT', headers, body: '{"password":"open sesame"}' })
  expect(change.status).toBe(204)
  expect(await sessionsAt(url)).toEqual([])
})

test('Strategies of the application log in as shown, by Basic and in the body.', async () => {
  const url = await startedServer(folder, [
    'serve.mjs',
    fileOf(snippetWith(snippets, 'js', 'passport.use(new BasicStrategy(')),
  ])
  const inBody = { client_id: webBackend.id, client_secret: webBackend.secret }
  expect((await requestToken(url, alice, basic(webBackend))).status).toBe(200)
  expect((await requestToken(url, { ...alice, ...inBody })).status).toBe(200)
  expect((await requestToken(url, { ...alice, password: 'wrong' }, basic(webBackend))).body).toHaveProperty(
    'error',
    'invalid_grant',
  )
})

test('The store in memory keeps to the contract as shown.', async () => {
  await keepsContract(snippetWith(snippets, 'js', 'new MemoryGrantStore('))
})

test('The store in SQLite keeps to the contract as shown.', async () => {
  await keepsContract(snippetWith(snippets, 'js', 'new SqlGrantStore(', 'DatabaseSync('))
  expect(existsSync(join(folder, 'grants.db'))).toBe(true)
})

test.skipIf(lacksPostgres)('The store in PostgreSQL keeps to the contract as shown.', async () => {
  const url = await newPostgresDatabase()
  await keepsContract(snippetWith(snippets, 'js', 'new SqlGrantStore(', 'pg.Pool', 'table:'), { DATABASE_URL: url })
})

test.skipIf(lacksMariadb)('The store in MySQL and MariaDB keeps to the contract as shown.', async () => {
  const url = await newMariadbDatabase()
  await keepsContract(snippetWith(snippets, 'js', 'new SqlGrantStore(', 'mysql2/promise'), { DATABASE_URL: url })
})

test.skipIf(lacksRedis).for([['redis'], ['ioredis']])(
  'The store in Redis keeps to the contract by %s as shown.',
  async ([driver]) => {
    const snippet = snippetWith(snippets, 'js', 'new RedisGrantStore(', `from '${String(driver)}'`)
    const [, prefix = ''] = /prefix: '(.+)'/.exec(snippet.text) ?? []
    const url = new URL('/15', REDIS_URL).href
    onTestFinished(async () => {
      const redis = new Redis(url)
      const keys = await redis.keys(`${prefix}*`)
      if (keys.length > 0) await redis.unlink(...keys)
      redis.disconnect()
    })
    await keepsContract(snippet, { REDIS_URL: url })
  },
)

test('The suite for a store of your own runs as shown.', async () => {
  const suite = fileOf(snippetWith(snippets, 'js', 'grantStoreContract('))
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', suite], {
    cwd: folder,
    env: environment,
  })
  expect(stdout).toMatch(/^# fail 0$/m)
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(20)
})

function fileOf(snippet: Snippet): string {
  return files.get(snippet) ?? expect.fail('The snippet is no program.')
}

async function answerOfCurl(line: string, url: string, variables: Record<string, string> = {}) {
  const command = line.replace('http://localhost:3000', url)
  const { stdout } = await run('sh', ['-c', command], { env: { ...environment, ...variables } })
  return JSON.parse(stdout) as Record<string, unknown>
}

async function sessionsAt(url: string): Promise<readonly { id: string }[]> {
  return (await (await fetch(`${url}/sessions`)).json()) as { id: string }[]
}

async function keepsContract(snippet: Snippet, variables: Record<string, string> = {}): Promise<void> {
  const { stdout } = await run(process.execPath, ['keep-contract.mjs', fileOf(snippet)], {
    cwd: folder,
    env: { ...environment, ...variables },
  })
  expect(stdout.trim().split('\n').length).toBeGreaterThan(20)
}
