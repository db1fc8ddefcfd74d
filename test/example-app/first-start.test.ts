import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, test } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { newDatabaseFile, startExampleApp } from './example-app.js'
import { FetchedPages } from './fetched-pages.js'
import { login } from './token-request.js'

const hasCurl = spawnSync('curl', ['--version']).status === 0

describe('the first start of the example-app', () => {
  test('prints where it listens, the demo client and the demo users', async () => {
    const { announcement, url } = await startExampleApp({})

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+$/)
    expect(announcement).toContain(`${demo.client.id}  ${demo.client.secret}`)
    for (const { name, password, scope } of [demo.alice, demo.bob, demo.carol]) {
      expect(announcement).toMatch(new RegExp(`${name} +${password} +\\(${scope}\\b`))
    }
    expect(announcement).toContain(demo.carol.totpSecret)
  })

  test.skipIf(!hasCurl && !process.env.CI)('prints a curl line that logs in when pasted', async () => {
    const { announcement } = await startExampleApp({})
    const line = /^curl .+$/m.exec(announcement)?.[0] ?? ''
    const { PATH = '' } = process.env

    const { stdout } = await promisify(execFile)('bash', ['-c', line], { env: { PATH } })

    expect(JSON.parse(stdout)).toMatchObject({
      token_type: 'Bearer',
      access_token: expect.stringMatching(/^ey/) as string,
      scope: 'contacts.read contacts.write',
    })
  })

  test('says so when more than this machine can reach the demo users', async () => {
    const { announcement } = await startExampleApp({ HOST: '0.0.0.0' })

    expect(announcement).toContain('HOST is 0.0.0.0: whoever reaches this machine can log in as these users.')
  })

  test('makes confidential clients and users whose secrets are not in their tables', async () => {
    const file = newDatabaseFile()
    await startExampleApp({ DATABASE_FILE: file, CLIENT_KEY: '' })
    const database = new DatabaseSync(file)

    const rows: unknown = JSON.parse(
      JSON.stringify([
        database.prepare('select * from clients order by id').all(),
        database.prepare('select * from users order by name').all(),
      ]),
    )
    database.close()

    expect(rows).toEqual([
      [
        {
          id: demo.client.id,
          secret_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
          jwks: null,
          scope: demo.client.scope,
          end_user_address: 0,
        },
        {
          id: demo.site.id,
          secret_sha256: '',
          jwks: expect.stringMatching(
            /^\{"keys":\[\{"kty":"EC","crv":"P-256","x":"[\w-]{43}","y":"[\w-]{43}"\}\]\}$/,
          ) as string,
          scope: demo.site.scope,
          end_user_address: 1,
        },
      ],
      [demo.alice, demo.bob, demo.carol].map(({ id, name, scope }) => ({
        id,
        name,
        scope,
        password_hash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/) as string,
        disabled: 0,
      })),
    ])
  })

  test('may happen in four processes on one new file at once', async () => {
    const DATABASE_FILE = newDatabaseFile()
    const apps = await Promise.all([1, 2, 3, 4].map(() => startExampleApp({ DATABASE_FILE, CLIENT_KEY: '' })))

    const answers = await Promise.all(apps.map(({ url }) => login(url)))
    const signIns = await Promise.all(apps.map(({ url }) => new FetchedPages(url).signIn()))

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(signIns.map(({ status }) => status)).toEqual([303, 303, 303, 303])
  })

  test('generates another key for the web site of each database', async () => {
    const files = [newDatabaseFile(), newDatabaseFile()]
    await Promise.all(files.map((DATABASE_FILE) => startExampleApp({ DATABASE_FILE, CLIENT_KEY: '' })))

    const keys = files.map((file) => {
      const database = new DatabaseSync(file)
      const row: unknown = database.prepare(`select jwks from clients where id = 'web-site'`).get()
      database.close()
      return JSON.stringify(row)
    })

    expect(keys[0]).toContain('P-256')
    expect(keys[0]).not.toBe(keys[1])
  })
})

describe('a later start of the example-app', () => {
  test('goes on with the database that is there', async () => {
    const DATABASE_FILE = newDatabaseFile()
    const first = await startExampleApp({ DATABASE_FILE, CLIENT_KEY: '' })
    first.signal('SIGTERM')
    await first.ending
    change(DATABASE_FILE, `delete from users where name = 'bob'`)

    const { url } = await startExampleApp({ DATABASE_FILE, CLIENT_KEY: '' })

    expect((await login(url)).status).toBe(200)
    expect((await new FetchedPages(url).signIn()).status).toBe(303)
    expect((await login(url, demo.bob)).status).toBe(400)
  })

  test('prints no login that would fail once the demo client is gone', async () => {
    const DATABASE_FILE = newDatabaseFile()
    const first = await startExampleApp({ DATABASE_FILE })
    first.signal('SIGTERM')
    await first.ending
    change(DATABASE_FILE, `delete from clients where id = '${demo.client.id}'`)

    const { announcement } = await startExampleApp({ DATABASE_FILE })

    expect(announcement).not.toContain('curl')
  })
})

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}
