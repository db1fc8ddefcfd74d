import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { MARIADB_URL, REDIS_URL } from '../servers.js'
import { freshName, removePlace, type StorePlace } from '../stores/opened-store.js'
import { missingServer } from '../stores/on-every-store.js'
import { attacks } from './attack.js'
import { attackedServers } from './attacked-servers.js'
import { carryOut } from './carry-out.js'

/** As `npm run bench -- --suite attacks` has it, but less of everything; more than every bound all the same. */
const SMALL = { guesses: 300, sprayers: 20, bots: 50, targets: 2 }

/** Node, its TypeScript loader and the library, four times, on a machine that is busy. */
const START_MS = 120_000
const TEST_MS = 120_000

const servers = attackedServers(4)
beforeAll(async () => {
  // Until all of them are up.
  await servers.reached()
}, START_MS)
afterAll(() => {
  servers.end()
})

const noRedis = await missingServer('Redis', REDIS_URL)
const noMariadb = await missingServer('MariaDB', MARIADB_URL)

describe.each([
  { processes: 1, place: (): StorePlace => ({ kind: 'memory' }) },
  {
    processes: 4,
    place: (): StorePlace => ({ kind: 'redis', driver: 'redis', url: REDIS_URL, prefix: `${freshName()}:` }),
  },
])('over $processes process(es)', ({ processes, place: newPlace }) => {
  test.skipIf(processes > 1 && noRedis !== undefined).for(attacks(SMALL))(
    'in $name, so many guesses reach the verifier and no more, and the victim logs in as promised',
    { timeout: TEST_MS },
    async (attack, { skip }) => {
      if (attack.isCollated === true && noMariadb !== undefined) skip(noMariadb)
      const place = newPlace()
      onTestFinished(() => removePlace(place))
      const ports = await servers.serve(processes, {
        place,
        limits: {},
        isCollated: attack.isCollated === true,
        verifyMs: 0,
      })
      const { reached, statuses, victim } = await carryOut(servers, ports, attack)
      const refused = attack.guesses - attack.bound
      expect({ reached, victim }).toEqual({ reached: attack.bound, victim: attack.victim })
      // A limit of the account, unlike one of a name, refuses as if the password were wrong.
      if (attack.isCollated === true) return
      expect({ reached, statuses, victim }).toEqual({
        reached: attack.bound,
        statuses: { 400: attack.bound, ...(refused > 0 && { 429: refused }) },
        victim: attack.victim,
      })
    },
  )
})
