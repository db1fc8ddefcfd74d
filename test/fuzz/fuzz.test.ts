import { generateKeyPairSync } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { seedFrom } from '../seed.js'
import { alice, audience, bob, issuer, nativeApp, requestToken, signingSecret, webBackend } from '../start-server.js'
import { fuzzCase } from './cases/cases.js'
import type { Material } from './cases/material.js'
import { forkServers, type ForkedServers } from './forked-servers.js'
import { MARKER, type FuzzCase } from './fuzz-case.js'
import type { ServerName } from './fuzzed-application.js'
import type { Held } from './fuzzed-servers.js'
import { faultsOf } from './judged.js'
import { rawExchange } from './raw-exchange.js'

/** Whether the run is `npm run fuzz` rather than a part of the suite. */
const IS_ALONE = process.env['npm_lifecycle_event'] === 'fuzz'
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? (IS_ALONE ? 60 : 10))
const SEED = seedFrom('FUZZ_SEED')
/** Only this one of the cases. */
const ONLY = process.env['FUZZ_CASE']

/** A public key for the key set; it signs nothing. */
const published = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })

const CONNECTIONS = 16
/** The part of the time after which the heap is measured for the first time. */
const WARM_UP = 0.3
/** What caches and compiled code may add to the heap after the warm-up; a leak of 1 KB a request adds tens of times this. */
const HEAP_GROWTH_BYTES = 6 * 2 ** 20

test(
  `Whatever comes over a socket is answered in JSON and not kept, without a 5xx, a hang or a leak (FUZZ_SEED=${SEED}, ${SECONDS} s).`,
  async () => {
    const servers = await forkServers({
      options: {
        issuer,
        audience,
        signingKeys: [signingSecret, published],
        scopes: ['contacts.read', 'contacts.write'],
      },
      clients: [webBackend, nativeApp],
      users: [alice, { ...bob, secondFactor: '123456' }],
      marker: MARKER,
    })
    onTestFinished(() => {
      servers.end()
    })
    const material = await rightMaterial(servers)
    const run = fuzz(servers, material)
    if (ONLY !== undefined) {
      expect(await run.only(Number(ONLY))).toEqual([])
      return
    }
    const found: string[] = []
    found.push(...(await run.during(SECONDS * WARM_UP)))
    const before = await servers.held()
    found.push(...(await run.during(SECONDS * (1 - WARM_UP))))
    const after = await servers.held()
    console.log(`fuzz: seed ${SEED}, ${run.count()} cases, heap ${growth(before, after)} bytes`)

    expect(found).toEqual([])
    expect(servers.faults).toEqual([])
    expect(after.resources).toEqual(before.resources)
    // How far the heap grows depends on what else the machine does, so the suite only prints it.
    if (IS_ALONE) expect(growth(before, after)).toBeLessThan(HEAP_GROWTH_BYTES)
  },
  (SECONDS + 120) * 1000,
)

function growth(before: Held, after: Held): number {
  return after.heapBytes - before.heapBytes
}

async function rightMaterial({ ports }: ForkedServers): Promise<Material> {
  const url = `http://127.0.0.1:${ports['express 5']}`
  const { id: client_id, secret: client_secret } = webBackend
  const form = { grant_type: 'password', client_id, client_secret, scope: 'contacts.read' }
  const { body } = await requestToken(url, { ...form, ...alice })
  const asked = await requestToken(url, { ...form, ...bob })
  return {
    client: webBackend,
    publicClient: nativeApp,
    users: [alice, bob],
    accessToken: String(body['access_token']),
    refreshToken: String(body['refresh_token']),
    mfaToken: String(asked.body['mfa_token']),
  }
}

/** Runs cases in order over several connections at once, and stops soon after the first fault. */
function fuzz(servers: ForkedServers, material: Material) {
  const names = Object.keys(servers.ports) as ServerName[]
  let next = 0

  async function only(index: number): Promise<string[]> {
    const one = fuzzCase(SEED, index, names, material)
    const exchange = await rawExchange(servers.ports[one.server], one)
    return faultsOf(one, exchange).map((fault) => `${fault}\n${reproduction(index, one)}`)
  }

  async function during(seconds: number): Promise<string[]> {
    const end = Date.now() + seconds * 1000
    const found: string[] = []
    const lane = async () => {
      while (Date.now() < end && found.length === 0 && servers.faults.length === 0) found.push(...(await only(next++)))
    }
    const underWay = next
    await Promise.all(Array.from({ length: CONNECTIONS }, lane))
    if (servers.faults.length > 0) {
      // Told beside the connection: one of the last cases did it.
      const last = Array.from({ length: Math.min(CONNECTIONS * 2, next - underWay) }, (_, back) => next - 1 - back)
      found.push(`${servers.faults.join('\n')}\nby one of FUZZ_SEED=${SEED} FUZZ_CASE=${last.join(', ')}`)
    }
    return found
  }

  return { only, during, count: () => next }
}

/** All that it takes to send it again. */
function reproduction(index: number, { shape, server, writes, ending }: FuzzCase): string {
  const bytes = Buffer.concat(writes.map((write) => write.bytes))
  const shown = JSON.stringify(bytes.toString('latin1').slice(0, 2000))
  return [
    `FUZZ_SEED=${SEED} FUZZ_CASE=${index} npm run fuzz`,
    `${shape} to ${server}, then ${ending}; ${bytes.length} bytes in ${writes.length} writes: ${shown}`,
    `base64 ${bytes.toString('base64').slice(0, 8000)}`,
  ].join('\n')
}
