import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { registeredClient } from '../../../lib/options/client-registration.js'
import { clientVerifier, type FindClient } from '../../../lib/strategies/client-verifier.js'
import { clientSecret } from '../working-options.js'

const defaults = { scopes: new Map<string, string>(), defaultScope: new Map<string, string>(), audience: 'a' }
const register = (members: object) => registeredClient('clients[0]', members, defaults)
const newSecret = `${clientSecret}-new`
const emptyDigest = crypto.createHash('sha256').update('').digest('hex')
const clients = new Map(
  [
    register({ id: 'web', secret: clientSecret }),
    register({ id: 'rotating', secret: [clientSecret, newSecret] }),
    register({ id: 'native', public: true }),
    register({ id: 'empty', secret: { sha256: emptyDigest } }),
    register({ id: 'zero', secret: { sha256: '0'.repeat(64) } }),
    { ...register({ id: 'strategy', secret: clientSecret }), secretDigests: [] },
  ].map((client) => [client.id, client]),
)
const find = vi.fn<FindClient>((id) => clients.get(id))
const verify = clientVerifier(find)

describe('a client is authenticated', () => {
  test.each([
    ['web', clientSecret],
    ['rotating', clientSecret],
    ['rotating', newSecret],
    ['native', undefined],
  ])('as %s by what belongs to it', async (id, secret) => {
    await expect(verify(id, secret)).resolves.toEqual({ client: clients.get(id) })
  })

  test('by a registration that is looked up meanwhile', async () => {
    const slow = clientVerifier((id) => Promise.resolve(clients.get(id)))
    await expect(slow('web', clientSecret)).resolves.toEqual({ client: clients.get('web') })
  })
})

describe('a client is refused', () => {
  test.each<[string, string, string | undefined, string]>([
    ['with a wrong secret', 'web', newSecret, 'wrong_secret'],
    ['with a part of the secret', 'web', clientSecret.slice(0, -1), 'wrong_secret'],
    ['with more than the secret', 'web', `${clientSecret} `, 'wrong_secret'],
    ['with the secret in other case', 'web', clientSecret.toUpperCase(), 'wrong_secret'],
    [
      'with the hash of the secret',
      'web',
      crypto.createHash('sha256').update(clientSecret).digest('hex'),
      'wrong_secret',
    ],
    ['with an empty secret', 'web', '', 'wrong_secret'],
    ['without a secret', 'web', undefined, 'no_credentials'],
    ['without a secret, though it has several', 'rotating', undefined, 'no_credentials'],
    ['as public with a secret, whatever it is', 'native', clientSecret, 'wrong_secret'],
    ['as public with an empty secret', 'native', '', 'wrong_secret'],
    ['without a secret, where the hash of nothing is registered', 'empty', undefined, 'no_credentials'],
    ['without a secret, where the hash is zeros', 'zero', undefined, 'no_credentials'],
    ['without a secret, where none is loaded: that makes no client public', 'strategy', undefined, 'no_credentials'],
    ['with a secret, where none is loaded', 'strategy', clientSecret, 'wrong_secret'],
    ['as nobody', 'nobody', clientSecret, 'unknown'],
    ['as nobody without a secret', 'nobody', undefined, 'unknown'],
    ['in other case', 'WEB', clientSecret, 'unknown'],
    ['with a space more', 'web ', clientSecret, 'unknown'],
  ])('%s', async (_title, id, secret, reason) => {
    const clientId = reason === 'unknown' ? {} : { clientId: id }
    await expect(verify(id, secret)).resolves.toEqual({ reason, ...clientId })
  })

  test.each(['', 'a\0', 'a\nb', 'b\u00fccher', '\u{1f511}', '\x7f'])(
    'by an id that cannot be one, which is not even looked up: %j',
    async (id) => {
      find.mockClear()
      await expect(verify(id, clientSecret)).resolves.toEqual({ reason: 'unknown' })
      expect(find).not.toHaveBeenCalled()
    },
  )

  test('by a rejection where the look-up fails, so that trouble is not taken for a wrong secret', async () => {
    const failure = new Error('the database is down')
    await expect(clientVerifier(() => Promise.reject(failure))('web', clientSecret)).rejects.toBe(failure)
    const throwing = clientVerifier(() => {
      throw failure
    })
    await expect(throwing('web', clientSecret)).rejects.toBe(failure)
  })
})

describe('the work is the same whatever comes of it: one look-up, one hash, one comparison for', () => {
  // Only to count: what is called is what node:crypto has.
  beforeAll(() => {
    for (const name of ['hash', 'timingSafeEqual'] as const) vi.spyOn(crypto, name)
    syncBuiltinESMExports()
  })

  afterAll(() => {
    vi.restoreAllMocks()
    syncBuiltinESMExports()
  })

  beforeEach(() => vi.clearAllMocks())

  test.each<[string, string, string | undefined]>([
    ['the right secret', 'web', clientSecret],
    ['a wrong secret', 'web', newSecret],
    ['no secret', 'web', undefined],
    ['an unknown client', 'nobody', clientSecret],
    ['an unknown client without a secret', 'nobody', undefined],
    ['a public client', 'native', undefined],
    ['a public client with a secret', 'native', clientSecret],
    ['a client whose secret a strategy checks', 'strategy', clientSecret],
  ])('%s', async (_title, id, secret) => {
    await verify(id, secret)
    expect(find).toHaveBeenCalledTimes(1)
    expect(crypto.hash).toHaveBeenCalledTimes(1)
    expect(crypto.timingSafeEqual).toHaveBeenCalledTimes(1)
  })

  test.each([clientSecret, newSecret, 'neither of the two'])(
    'and every secret of several is compared, the first as the last: %s',
    async (secret) => {
      await verify('rotating', secret)
      expect(crypto.timingSafeEqual).toHaveBeenCalledTimes(2)
    },
  )
})
