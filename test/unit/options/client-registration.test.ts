import { createHash } from 'node:crypto'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Request } from 'express'
import { describe, expect, test } from 'vitest'
import { authenticatedClient, registeredClient } from '../../../lib/options/client-registration.js'
import { clientsOption } from '../../../lib/options/clients.js'
import { SecretUses } from '../../../lib/options/secret-uses.js'
import { clientSecret } from '../working-options.js'

const textToItself = (scopes: string[]) => new Map(scopes.map((scope) => [scope, scope]))
const defaults = {
  scopes: textToItself(['read', 'write', 'admin']),
  defaultScope: textToItself(['read', 'admin']),
  audience: 'https://api.example.com',
}
const sha256 = (text: string) => createHash('sha256').update(text)
const digest = sha256(clientSecret).digest()
const register = (members: object) => registeredClient('clients[0]', { id: 'web', ...members }, defaults)

describe('a secret', () => {
  test.each([
    ['itself', clientSecret],
    ['its SHA-256 in hexadecimal digits', { sha256: sha256(clientSecret).digest('hex') }],
    ['its SHA-256 in upper-case hexadecimal digits', { sha256: sha256(clientSecret).digest('hex').toUpperCase() }],
    ['its SHA-256 in base64url', { sha256: sha256(clientSecret).digest('base64url') }],
  ])('may be given as %s', (_title, secret) => {
    expect(register({ secret }).secretDigests).toEqual([digest])
  })

  test('is not kept, only its hash', () => {
    expect(JSON.stringify(register({ secret: clientSecret }))).not.toContain(clientSecret)
  })

  test('may be one of several, given in different ways', () => {
    const other = `${clientSecret}-new`
    const secret = [clientSecret, { sha256: sha256(other).digest('hex') }]
    expect(register({ secret }).secretDigests).toEqual([digest, sha256(other).digest()])
  })

  test.each([`${clientSecret}\u00e9`, `${clientSecret}\n`, `${clientSecret}\0`, `${clientSecret}\u200b`])(
    'is refused with characters that RFC 6749 appendix A.2 does not allow: %j',
    (secret) => {
      expect(() => register({ secret })).toThrow(/^clients\[0\]\.secret has characters that .*: use visible ASCII\.$/)
    },
  )

  test('may have every character that RFC 6749 appendix A.2 allows', () => {
    const secret = Array.from({ length: 0x5f }, (_, code) => String.fromCharCode(0x20 + code)).join('')
    expect(register({ secret }).secretDigests).toEqual([sha256(secret).digest()])
  })
})

describe('a registration', () => {
  test('has all that the server has, where it says nothing', () => {
    expect(register({ secret: clientSecret })).toEqual({
      id: 'web',
      keys: [],
      isPublic: false,
      secretDigests: [digest],
      grantTypes: new Set(['password', 'refresh_token']),
      scopes: defaults.scopes,
      defaultScope: 'read admin',
      audience: 'https://api.example.com',
      introspectionAudiences: new Set(),
      endUserAddress: false,
    })
  })

  test('is public only where it says so', () => {
    expect(register({ public: true })).toMatchObject({ isPublic: true, secretDigests: [] })
    expect(register({ public: false, secret: clientSecret }).isPublic).toBe(false)
  })

  test('has the server\u2019s default scope only as far as it may ask for it', () => {
    expect(register({ secret: clientSecret, scopes: ['write', 'read'] }).defaultScope).toBe('read')
    expect(register({ secret: clientSecret, scopes: [] }).defaultScope).toBe('')
  })

  test('may name its own scope, default scope, audience, grants and what it introspects', () => {
    const members = {
      secret: clientSecret,
      grantTypes: ['password'],
      scopes: ['write'],
      defaultScope: ['write'],
      audience: ['a', 'b'],
      introspectionAudiences: 'c',
    }
    expect(register(members)).toMatchObject({
      grantTypes: new Set(['password']),
      scopes: textToItself(['write']),
      defaultScope: 'write',
      audience: ['a', 'b'],
      introspectionAudiences: new Set(['c']),
    })
  })

  test('may have no grant at all, for a resource server that only introspects', () => {
    expect(register({ secret: clientSecret, grantTypes: [] }).grantTypes.size).toBe(0)
  })

  test('is frozen once it is read', () => {
    expect(Object.isFrozen(register({ secret: clientSecret, audience: ['a'] }))).toBe(true)
    expect(Object.isFrozen(register({ secret: clientSecret, audience: ['a'] }).audience)).toBe(true)
  })
})

describe('a client that a strategy of the application has authenticated', () => {
  test('needs an id and may have the members of a registration, among whatever else it has', () => {
    const client = authenticatedClient({ id: 'web', scopes: ['read'], name: 'Web', _id: 5 }, defaults)
    expect(client).toMatchObject({ id: 'web', isPublic: false, secretDigests: [], defaultScope: 'read' })
  })

  test('may be a row of a database, or an object with getters, in which null is absent', () => {
    class Row {
      get id() {
        return 'web'
      }
      get scopes() {
        return null
      }
    }
    expect(authenticatedClient(new Row(), defaults).scopes).toBe(defaults.scopes)
    expect(authenticatedClient({ id: 'web', scopes: null, audience: null }, defaults).scopes).toBe(defaults.scopes)
  })

  test('is never public, whatever it says: a strategy has checked it', () => {
    expect(authenticatedClient({ id: 'web', public: true }, defaults).isPublic).toBe(false)
  })

  test.each([true, 'web', 5, [], null, {}, { id: 5 }, { id: '' }, { id: 'a\n' }, { id: 'web', scopes: ['unknown'] }])(
    'is refused as %j, by name',
    (user) => {
      expect(() => authenticatedClient(user, defaults)).toThrow(/^The user of a client strategy.*: /)
    },
  )
})

describe('a function that finds clients', () => {
  const secrets = new SecretUses('https://login.example.com')
  const request = new IncomingMessage(new Socket()) as Request // our own strategies do not look at it
  const assertions = { issuer: 'https://login.example.com', store: undefined }
  const authenticate = (clients: (id: string) => unknown, id = 'web', secret: string | undefined = clientSecret) =>
    clientsOption(
      { clients: clients as () => undefined },
      defaults,
      secrets,
      assertions,
    ).authentication.withoutCredentials.authenticate({
      http: request,
      parameters: new Map(Object.entries({ client_id: id, client_secret: secret })),
    })

  test('is asked for each request, and not at the start', async () => {
    const asked: string[] = []
    const find = (id: string) => {
      asked.push(id)
      return Promise.resolve({ id, secret: clientSecret })
    }
    clientsOption({ clients: find }, defaults, secrets, assertions)
    expect(asked).toEqual([])
    await expect(authenticate(find)).resolves.toMatchObject({ client: { id: 'web' } })
    expect(asked).toEqual(['web'])
  })

  test.each([undefined, null])('answers %s for a client that there is not', async (nobody) => {
    await expect(authenticate(() => nobody)).resolves.toEqual({ reason: 'unknown' })
  })

  test('finds nobody where it answers a client of another id, as a database that compares without case does', async () => {
    const find = () => ({ id: 'Web', secret: clientSecret })
    await expect(authenticate(find, 'web')).resolves.toEqual({ reason: 'unknown' })
    await expect(authenticate(find, 'Web')).resolves.toMatchObject({ client: { id: 'Web' } })
  })

  test('may return a row of a database, in which null is absent', async () => {
    const row = { id: 'web', secret: clientSecret, public: null, scopes: null, grantTypes: null, audience: null }
    await expect(authenticate(() => row)).resolves.toMatchObject({ client: { id: 'web', audience: defaults.audience } })
  })

  test.each([
    [{ scopes: ['contacts.raed'] }, 'clients("web").scopes names "contacts.raed", which is not among scopes: '],
    [{ grantTypes: ['pasword'] }, 'names "pasword", which is not a grant type of clients: did you mean password?'],
    [{ scopes: 5 }, 'clients("web").scopes is 5: return an array such as '],
    [{ public: 'yes' }, 'clients("web").public is "yes": return true or false, or leave it out.'],
    [{ audience: [] }, 'clients("web").audience is an empty array: return at least one string.'],
    [{ secret: 918273645546372 }, 'clients("web").secret must be at least 32 bytes long, as a string: '],
  ])('is told what it returned and what to return instead: %j', async (members, sentence) => {
    const message = await authenticate(() => ({ id: 'web', secret: clientSecret, ...members })).catch(String)
    expect(message).toContain(sentence)
    expect(message).not.toContain('918273645546372')
  })

  test('is named with its call in an error, but not an id that no client has: it may be a secret', async () => {
    const row = { id: 'web', secret: clientSecret, scopes: 'contacts.read' }
    await expect(authenticate(() => row)).rejects.toThrow(
      /^clients\("web"\)\.scopes is "contacts\.read": return an array such as/,
    )
    await expect(authenticate(() => ({ ...row, id: 'other' }), 'pasted')).rejects.toThrow(/^clients\(id\)\.scopes/)
  })

  test.each([true, 'web', 5, {}, { id: 'web' }, { id: 'web', secret: 'weak' }, { id: 'web', secrets: [] }])(
    'rejects where it answers %j',
    async (answer) => {
      await expect(authenticate(() => answer)).rejects.toThrow(/^clients\(.*\).*: /)
    },
  )

  test('rejects if it returns a secret that is an example from the README', async () => {
    const secret = 'a-client-secret-of-32-bytes-or-more'
    await expect(authenticate(() => ({ id: 'web', secret }), 'web', secret)).rejects.toThrow(/ example from the README/)
  })

  test('rejects with its own error where it fails', async () => {
    const failure = new Error('the database is down')
    await expect(authenticate(() => Promise.reject(failure))).rejects.toBe(failure)
    await expect(
      authenticate(() => {
        throw failure
      }),
    ).rejects.toBe(failure)
  })
})
