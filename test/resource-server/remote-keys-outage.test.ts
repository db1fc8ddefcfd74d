import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { IssuerError } from '../../lib/resource-server/issuer-error.js'
import { remoteKeys, type RemoteKeysOptions } from '../../lib/resource-server/remote-keys.js'
import { absentIssuer, startIssuer, type Issuer } from './issuer.js'
import { ecKeyPair } from './json-web-keys.js'
import { failOnUnhandledRejections } from './unhandled-rejections.js'

failOnUnhandledRejections()

const run = promisify(execFile)
const METADATA = '/.well-known/oauth-authorization-server'
const BUILT = fileURLToPath(new URL('../../dist/resource-server/remote-keys.js', import.meta.url))
const [old, next] = [ecKeyPair('old'), ecKeyPair('next')]

/** Publishes these keys from now on. */
function publish(issuer: Issuer, ...keys: readonly { jwk: object }[]): Issuer {
  issuer.answers.set(METADATA, { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` })
  issuer.answers.set('/jwks', { keys: keys.map(({ jwk }) => jwk) })
  return issuer
}

function keysOf({ url }: Issuer, options: Partial<RemoteKeysOptions> = {}) {
  const told: IssuerError[] = []
  return { told, ...remoteKeys({ issuer: url, onError: (error) => told.push(error), ...options }) }
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Asks again and again for so many milliseconds. */
async function keepAsking(milliseconds: number, ask: () => unknown): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end; await sleep(5)) await ask()
}

describe('An issuer that rotates its keys', () => {
  test('has a new one taken once a token names it.', async () => {
    const issuer = publish(await startIssuer(), old)
    const { find } = keysOf(issuer, { cooldown: 50 })
    await expect(find('old', 'ES256')).resolves.toMatchObject({ id: 'old' })
    publish(issuer, next, old)
    await sleep(60)
    const key = find('next', 'ES256')
    expect(key).toBeInstanceOf(Promise)
    await expect(key).resolves.toMatchObject({ id: 'next' })
    expect(find('old', 'ES256')).toMatchObject({ id: 'old' })
  })

  test('has an old one dropped once the keys were fetched without it.', async () => {
    const issuer = publish(await startIssuer(), old)
    const { find } = keysOf(issuer, { cooldown: 50 })
    await find('old', 'ES256')
    publish(issuer, next)
    await sleep(60)
    await find('next', 'ES256')
    await expect(find('old', 'ES256')).resolves.toBeUndefined()
  })

  test('has its keys fetched again in the background once they are old, while the old ones are served.', async () => {
    const issuer = publish(await startIssuer(), old)
    const { find } = keysOf(issuer, { cooldown: 1, maxAge: 100 })
    await find('old', 'ES256')
    publish(issuer, next)
    expect(find('old', 'ES256')).toMatchObject({ id: 'old' })
    expect(issuer.asked('/jwks')).toBe(1)
    await sleep(120)
    expect(find('old', 'ES256'), 'nobody waits').toMatchObject({ id: 'old' })
    await vi.waitUntil(async () => (await find('old', 'ES256')) === undefined)
    expect(find('next', 'ES256')).toMatchObject({ id: 'next' })
  })

  test('keeps the very object of a key that stays, and not of one that takes its place.', async () => {
    const issuer = publish(await startIssuer(), old)
    const { find } = keysOf(issuer, { cooldown: 1 })
    const key = await find('old', 'ES256')
    publish(issuer, old, next)
    await sleep(5)
    await find('next', 'ES256')
    expect(find('old', 'ES256')).toBe(key)
    publish(issuer, { jwk: { ...next.jwk, kid: 'old' } })
    await sleep(5)
    await find('unknown', 'ES256')
    expect(find('old', 'ES256')).toMatchObject({ id: 'old' })
    expect(find('old', 'ES256')).not.toBe(key)
  })

  test('may move them to another URL.', async () => {
    const issuer = publish(await startIssuer(), old)
    const { find } = keysOf(issuer, { cooldown: 1 })
    await find('old', 'ES256')
    issuer.answers.delete('/jwks')
    issuer.answers.set('/moved', { keys: [next.jwk] })
    issuer.answers.set(METADATA, { issuer: issuer.url, jwks_uri: `${issuer.url}/moved` })
    await sleep(5)
    await expect(find('next', 'ES256')).resolves.toMatchObject({ id: 'next' })
  })

  test('has none of its keys taken once it publishes none.', async () => {
    const issuer = publish(await startIssuer(), old)
    const keys = keysOf(issuer, { cooldown: 1 })
    await keys.find('old', 'ES256')
    publish(issuer)
    await sleep(5)
    await expect(keys.find('next', 'ES256')).rejects.toThrow(/holds no key that can be used/)
    await expect(keys.find('old', 'ES256')).rejects.toThrow(/holds no key that can be used/)
    expect(keys.told.length).toBeGreaterThan(0)
  })
})

describe('An issuer that is gone', () => {
  test('at first is asked again after a second, and not at every request.', async () => {
    const issuer = publish(await absentIssuer(), old)
    const keys = keysOf(issuer)
    await expect(keys.find('old', 'ES256')).rejects.toThrow(/could not be reached \(connect ECONNREFUSED/)
    await issuer.start()
    const began = performance.now()
    await expect(keys.find('old', 'ES256')).rejects.toBe(keys.told[0])
    expect(issuer.log).toEqual([])
    await sleep(1000 - (performance.now() - began) + 50)
    await expect(keys.find('old', 'ES256')).resolves.toMatchObject({ id: 'old' })
    expect(keys.told.map(({ code }) => code)).toEqual(['ISSUER_FAILED', 'ISSUER_RECOVERED'])
    expect(keys.told[1]?.message).toMatch(/answers again\. It could not be asked 1 more time in \d seconds/)
    expect(keys.told[1]?.stack).not.toContain('\n')
  })

  test('at first is asked at most once a second, however many tokens come, and the operator is told once.', async () => {
    const issuer = await startIssuer()
    const keys = keysOf(issuer)
    await keepAsking(1800, async () => {
      await expect(keys.find(`random ${Math.random()}`, 'ES256')).rejects.toBeInstanceOf(IssuerError)
    })
    expect(issuer.asked(METADATA)).toBe(2)
    expect(keys.told).toHaveLength(1)
  })

  test.for(['is not there', 'never answers', 'answers 500', 'publishes another issuer'])(
    'later, for it %s, has its old keys served at once for as long, and the operator told once.',
    async (how) => {
      const issuer = publish(await startIssuer(), old)
      const keys = keysOf(issuer, { cooldown: 200, maxAge: 20, timeout: 300 })
      const key = await keys.find('old', 'ES256')
      expect(key).toBeDefined()
      if (how === 'is not there') await issuer.stop()
      if (how === 'never answers') issuer.answers.set(METADATA, () => undefined)
      if (how === 'answers 500') issuer.answers.set('/jwks', (_, response) => response.writeHead(500).end())
      if (how === 'publishes another issuer') issuer.answers.set(METADATA, { issuer: 'https://evil.example.com' })
      const began = performance.now()
      await keepAsking(1500, () => {
        expect(keys.find('old', 'ES256')).toBe(key)
      })
      const cooldowns = (performance.now() - began) / 200
      expect(keys.told).toHaveLength(1)
      expect(issuer.asked(METADATA)).toBeLessThanOrEqual(cooldowns + 2)
    },
  )

  test('later does not let an unknown key be called unknown: it may be a new one.', async () => {
    const issuer = publish(await startIssuer(), old)
    const keys = keysOf(issuer, { cooldown: 100 })
    await keys.find('old', 'ES256')
    await issuer.stop()
    await sleep(110)
    await expect(keys.find('next', 'ES256')).rejects.toThrow(/could not be reached/)
    await expect(keys.find('next', 'ES256'), 'also while it is not asked again').rejects.toBe(keys.told[0])
    expect(keys.find('old', 'ES256')).toMatchObject({ id: 'old' })
  })

  test('and comes back with other keys has those taken.', async () => {
    const issuer = publish(await startIssuer(), old)
    const { find } = keysOf(issuer, { cooldown: 50, maxAge: 50 })
    await find('old', 'ES256')
    await issuer.stop()
    await keepAsking(200, () => find('old', 'ES256'))
    await publish(issuer, next).start()
    await vi.waitUntil(async () => {
      try {
        return (await find('next', 'ES256')) !== undefined
      } catch {
        return false
      }
    })
    await expect(find('old', 'ES256')).resolves.toBeUndefined()
  })
})

test('A key that appears right after a fetch is found without waiting, once in a cooldown.', async () => {
  const issuer = publish(await startIssuer(), old)
  const { find } = keysOf(issuer, { cooldown: 60_000 })
  await find('old', 'ES256')
  publish(issuer, next, old)
  await expect(find('next', 'ES256')).resolves.toMatchObject({ id: 'next' })
  publish(issuer, ecKeyPair('later'), next)
  await expect(find('later', 'ES256'), 'the early fetch is used up').resolves.toBeUndefined()
  expect(issuer.asked('/jwks')).toBe(2)
})

describe('A flood of tokens with random kids', () => {
  test('has the keys fetched once, and once more in the cooldown.', async () => {
    const issuer = publish(await startIssuer(), old)
    const { find } = keysOf(issuer)
    const kids = Array.from({ length: 2000 }, (_, index) => `random ${index}`)
    const answers = await Promise.all(kids.map(async (kid) => find(kid, 'ES256')))
    expect(answers.filter((key) => key !== undefined)).toEqual([])
    for (const kid of kids) await find(`again ${kid}`, 'ES256')
    expect(find('old', 'ES256')).toMatchObject({ id: 'old' })
    expect(issuer.log).toEqual([METADATA, '/jwks', METADATA, '/jwks'])
  })

  test('has them fetched at most twice in each cooldown.', async () => {
    const issuer = publish(await startIssuer(), old)
    const keys = keysOf(issuer, { cooldown: 200 })
    const began = performance.now()
    await keepAsking(1000, () => keys.find(`random ${Math.random()}`, 'ES256'))
    expect(issuer.asked('/jwks')).toBeGreaterThanOrEqual(3)
    expect(issuer.asked('/jwks')).toBeLessThanOrEqual(((performance.now() - began) / 200) * 2 + 2)
    expect(keys.told).toEqual([])
  })

  test('leaves none of its kids in memory.', async () => {
    const issuer = publish(await startIssuer(), old)
    const { stdout } = await runBuilt(`
      import { text } from 'node:stream/consumers'
      import { getHeapSnapshot } from 'node:v8'
      const keys = remoteKeys({ issuer: ${JSON.stringify(issuer.url)}, onError: () => {} })
      for (let index = 0; index < 10_000; index++) await keys.find(['flood', index, 'flood'].join(''), 'ES256')
      const kept = (await text(getHeapSnapshot())).match(/flood\\d+flood/g) ?? []
      console.log(typeof keys.find, new Set(kept).size)
    `)
    // V8 itself may keep a few of them for a while.
    expect(stdout).toMatch(/^function \d\n$/)
  })
})

test.for(['answers', 'never answers'])('Keys of an issuer that %s do not keep a process alive.', async (how) => {
  const issuer = publish(await startIssuer(), old)
  const program = `
    const keys = remoteKeys({ issuer: ${JSON.stringify(issuer.url)}, timeout: 1500, maxAge: 1, cooldown: 1, onError: () => {} })
    const key = await keys.find('old', 'ES256')
    await fetch(${JSON.stringify(issuer.url)} + '/silence').catch(() => {})
    setTimeout(() => { keys.find('old', 'ES256'); console.log(key.id, 'found') }, 20)
    setTimeout(() => console.log('kept alive'), 4000).unref()
  `
  issuer.answers.set('/silence', (_, response) => {
    if (how === 'never answers') issuer.answers.set(METADATA, () => undefined)
    response.end()
  })
  const { stdout, stderr } = await runBuilt(program)
  expect(stderr).toBe('')
  expect(stdout).toBe('old found\n')
})

/** Runs a program on the built `remoteKeys` in a process of its own. */
function runBuilt(program: string) {
  const withImport = `import { remoteKeys } from ${JSON.stringify(BUILT)}\n${program}`
  return run(process.execPath, ['--input-type=module', '--eval', withImport])
}
