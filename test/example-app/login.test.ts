import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, test } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { newDatabaseFile, startExampleApp } from './example-app.js'
import { lacksPostgres, newPostgresDatabase } from './servers.js'
import { login, refresh, tokenRequest } from './token-request.js'

describe('a login at the example-app', () => {
  test('gives alice the scope that is hers, and bob only what bob may', async () => {
    const { url } = await startExampleApp({})

    expect((await login(url, demo.alice)).body.scope).toBe('contacts.read contacts.write')
    expect((await login(url, demo.bob)).body.scope).toBe('contacts.read')
  })

  test('gives no more than was asked for', async () => {
    const { url } = await startExampleApp({})

    const { name, password } = demo.alice
    const answer = await tokenRequest(url, { grant_type: 'password', username: name, password, scope: 'contacts.read' })

    expect(answer.body.scope).toBe('contacts.read')
  })

  test('refuses a wrong password, an unknown user and a disabled one alike', async () => {
    const DATABASE_FILE = newDatabaseFile()
    const { url } = await startExampleApp({ DATABASE_FILE })
    disable(DATABASE_FILE, 'bob')

    const answers = await Promise.all([
      login(url, { name: 'alice', password: 'wrong' }),
      login(url, { name: 'nobody', password: 'wrong' }),
      login(url, demo.bob),
    ])

    expect(answers[0]).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  test.skipIf(lacksPostgres)(
    'is a refusal, not a failure, where a name or a client id is one that PostgreSQL cannot hold',
    async () => {
      const { url } = await startExampleApp({ DATABASE_URL: await newPostgresDatabase() })

      const answer = await login(url, { name: 'alice\0', password: 'wrong' })
      const foreign = await fetch(`${url}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'password',
          client_id: 'a\0',
          client_secret: 'b',
          username: 'c',
          password: 'd',
        }),
      })

      expect(answer.status).toBe(400)
      expect([400, 401]).toContain(foreign.status)
    },
  )
})

describe('a refresh at the example-app', () => {
  test('ends for a user who was disabled since', async () => {
    const DATABASE_FILE = newDatabaseFile()
    const { url } = await startExampleApp({ DATABASE_FILE })
    const tokens = await refresh(url, await login(url, demo.bob))
    expect(tokens.status).toBe(200)

    disable(DATABASE_FILE, 'bob')

    expect(await refresh(url, tokens)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })
})

function disable(file: string, name: string): void {
  const database = new DatabaseSync(file)
  database.prepare('update users set disabled = 1 where name = ?').run(name)
  database.close()
}
