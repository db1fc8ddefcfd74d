import { describe, expect, it } from 'vitest'
import { newDatabaseFile, startExampleApp, type Environment } from './example-app.js'
import { lacksPostgres, lacksRedis, newPostgresDatabase, REDIS_URL } from './servers.js'
import { login, refresh } from './token-request.js'

const ISSUER = 'https://login.example'

const storages: readonly { name: string; isLacking: boolean; environment: () => Promise<Environment> | Environment }[] =
  [
    { name: 'SQLite', isLacking: false, environment: () => ({ DATABASE_FILE: newDatabaseFile() }) },
    {
      name: 'PostgreSQL',
      isLacking: lacksPostgres,
      environment: async () => ({ DATABASE_URL: await newPostgresDatabase() }),
    },
    {
      name: 'SQLite and Redis',
      isLacking: lacksRedis,
      environment: () => ({ DATABASE_FILE: newDatabaseFile(), REDIS_URL }),
    },
    {
      name: 'PostgreSQL and Redis',
      isLacking: lacksPostgres || lacksRedis,
      environment: async () => ({ DATABASE_URL: await newPostgresDatabase(), REDIS_URL }),
    },
  ]

for (const { name, isLacking, environment } of storages) {
  describe.skipIf(isLacking)(`example-apps on ${name}`, () => {
    it('behave as one: what one issues another refreshes, and a replay at either ends it for both', async () => {
      const shared = { ISSUER, ...(await environment()) }
      const [one, other] = await Promise.all([startExampleApp(shared), startExampleApp(shared)])

      const first = await login(one.url)
      const second = await refresh(other.url, first)
      const third = await refresh(one.url, second)
      expect([first.status, second.status, third.status]).toEqual([200, 200, 200])

      expect((await refresh(other.url, first)).body.error).toBe('invalid_grant')
      expect((await refresh(one.url, third)).body.error).toBe('invalid_grant')
    })

    it('keep refresh tokens valid over a restart', async () => {
      const shared = { ISSUER, ...(await environment()) }
      const before = await startExampleApp(shared)
      const tokens = await login(before.url)
      before.signal('SIGTERM')
      expect((await before.ending).code).toBe(0)

      const after = await startExampleApp(shared)

      expect(await refresh(after.url, tokens)).toMatchObject({ status: 200 })
    })
  })
}
