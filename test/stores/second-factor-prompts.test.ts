import { describe, expect, onTestFinished, test } from 'vitest'
import type { LimitsOptions } from '../../lib/index.js'
import { client, passwordLogin } from '../second-factor/second-factor-server.js'
import { startSendingServer } from '../second-factor/sending-server.js'
import { requestToken } from '../start-server.js'
import { missingServer } from './on-every-store.js'
import { openLimiterStores } from './opened-limiter-stores.js'
import { POSTGRES_URL, REDIS_URL } from '../servers.js'
import { freshName, removePlace, type StorePlace } from './opened-store.js'

const SERVERS = 4

describe.each<{ name: string; url: string; place: () => StorePlace }>([
  {
    name: 'Redis',
    url: REDIS_URL,
    place: () => ({ kind: 'redis', driver: 'redis', url: REDIS_URL, prefix: `${freshName()}:` }),
  },
  { name: 'PostgreSQL', url: POSTGRES_URL, place: () => ({ kind: 'postgres', url: POSTGRES_URL, table: freshName() }) },
])(
  '500 right passwords at once over four servers that count on $name',
  async ({ name, url: serverUrl, place: newPlace }) => {
    const missing = await missingServer(name, serverUrl)
    test.skipIf(missing !== undefined)('send five codes', async () => {
      const place = newPlace()
      const opened = await Promise.all(Array.from({ length: SERVERS }, () => openLimiterStores(place)))
      onTestFinished(async () => {
        await Promise.all(opened.slice(1).map((one) => one.close()))
        await opened[0]?.remove()
        if (place.kind === 'redis') await removePlace(place)
      })
      const servers = await Promise.all(
        opened.map((stores) => {
          const limits: LimitsOptions = { store: (limiter) => stores.make(limiter) }
          return startSendingServer({ limits, storeTimeout: '20s' })
        }),
      )
      const answers = await Promise.all(
        Array.from({ length: 500 }, (_, index) =>
          requestToken(servers[index % SERVERS]?.url ?? '', passwordLogin, client),
        ),
      )
      expect(servers.flatMap(({ sent }) => sent)).toEqual(Array(5).fill('alice'))
      expect(answers.filter(({ status }) => status === 403)).toHaveLength(5)
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(495)
    })
  },
)
