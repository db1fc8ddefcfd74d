import { randomInt } from 'node:crypto'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { newDatabaseFile, startExampleApp, type Environment, type ExampleApp, type WhenOver } from './example-app.js'
import { REDIS_URL } from '../servers.js'
import { lacksMariadb, lacksPostgres, lacksRedis, newMariadbDatabase, newPostgresDatabase } from './servers.js'
import { login, refresh } from './token-request.js'
import { whenAllIsOver } from './when-all-is-over.js'

const ISSUER = 'https://login.example'

interface Storage {
  readonly name: string
  readonly isLacking: boolean
  /** Whether failed logins at one process count at the other. */
  readonly sharesLimits: boolean
  readonly environment: (whenOver: WhenOver) => Promise<Environment> | Environment
}

const storages: readonly Storage[] = [
  {
    name: 'SQLite',
    isLacking: false,
    sharesLimits: false,
    environment: (whenOver) => ({ DATABASE_FILE: newDatabaseFile(whenOver) }),
  },
  {
    name: 'PostgreSQL',
    isLacking: lacksPostgres,
    sharesLimits: true,
    environment: async (whenOver) => ({ DATABASE_URL: await newPostgresDatabase(whenOver) }),
  },
  {
    name: 'MariaDB',
    isLacking: lacksMariadb,
    sharesLimits: true,
    environment: async (whenOver) => ({ DATABASE_URL: await newMariadbDatabase(whenOver) }),
  },
  {
    name: 'SQLite and Redis',
    isLacking: lacksRedis,
    sharesLimits: true,
    environment: (whenOver) => ({ DATABASE_FILE: newDatabaseFile(whenOver), REDIS_URL }),
  },
  {
    name: 'PostgreSQL and Redis',
    isLacking: lacksPostgres || lacksRedis,
    sharesLimits: true,
    environment: async (whenOver) => ({ DATABASE_URL: await newPostgresDatabase(whenOver), REDIS_URL }),
  },
]

for (const { name, isLacking, sharesLimits, environment } of storages) {
  describe.skipIf(isLacking)(`example-apps on ${name}`, () => {
    let one: ExampleApp
    let other: ExampleApp
    const whenOver = whenAllIsOver()

    beforeAll(async () => {
      const shared = { ISSUER, ...(await environment(whenOver)) }
      const start = () => startExampleApp(shared, undefined, whenOver)
      ;[one, other] = await Promise.all([start(), start()])
    })

    test('behave as one: what one issues another refreshes, and a replay at either ends it for both', async () => {
      const first = await login(one.url)
      const second = await refresh(other.url, first)
      const third = await refresh(one.url, second)
      expect([first.status, second.status, third.status]).toEqual([200, 200, 200])

      expect((await refresh(other.url, first)).body.error).toBe('invalid_grant')
      expect((await refresh(one.url, third)).body.error).toBe('invalid_grant')
    })

    test.runIf(sharesLimits)(
      'count failed logins together: guesses at one are no fresh start at the other',
      async () => {
        const address = `10.${String(randomInt(256))}.${String(randomInt(256))}.${String(randomInt(256))}`
        const guess = { name: demo.bob.name, password: 'a-guess' }

        for (let guesses = 0; guesses < 5; guesses++) {
          for (const { url } of [one, other]) expect((await login(url, guess, address)).status).toBe(400)
        }
        expect((await login(one.url, demo.bob, address)).status).toBe(429)
        expect((await login(other.url, demo.bob, address)).status).toBe(429)
        expect((await login(other.url, demo.alice, address)).status).toBe(200)
      },
    )

    test('keep refresh tokens valid over a restart', async () => {
      const shared = { ISSUER, ...(await environment(onTestFinished)) }
      const before = await startExampleApp(shared)
      const tokens = await login(before.url)
      before.signal('SIGTERM')
      expect((await before.ending).code).toBe(0)

      const after = await startExampleApp(shared)

      expect(await refresh(after.url, tokens)).toMatchObject({ status: 200 })
    })
  })
}
