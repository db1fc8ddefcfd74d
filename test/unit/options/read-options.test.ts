import { generateKeyPairSync } from 'node:crypto'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Request } from 'express'
import passport from 'passport'
import { Strategy as LocalStrategy } from 'passport-local'
import { describe, expect, test, vi } from 'vitest'
import { oauthPasswordGrant } from '../../../lib/oauth-password-grant.js'
import type { OAuthPasswordGrantOptions } from '../../../lib/options/options.js'
import { readOptions } from '../../../lib/options/read-options.js'
import { MemoryGrantStore } from '../../../lib/stores/memory-grant-store.js'
import { clientSecret, signingSecret, workingOptions } from '../working-options.js'

/** Every option, of those that go together. */
function fullOptions(): OAuthPasswordGrantOptions {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    issuer: 'https://login.example.com/tenant/',
    audience: ['https://api.example.com', 'https://other.example.com'],
    signingKeys: [
      { key: privateKey.export({ format: 'jwk' }), algorithm: 'ES256', keyId: 'new' },
      { key: signingSecret, keyId: 'old' },
    ],
    clients: [
      {
        id: 'web',
        secret: [clientSecret, { sha256: 'ab'.repeat(32) }],
        grantTypes: ['password', 'refresh_token'],
        scopes: ['contacts.read'],
        defaultScope: ['contacts.read'],
        audience: ['https://web.example.com'],
        introspectionAudiences: ['https://api.example.com'],
      },
      { id: 'native', public: true },
    ],
    authenticateUser: () => undefined,
    subject: () => 'subject',
    scopes: ['contacts.read', 'contacts.write'],
    defaultScope: ['contacts.read'],
    authorizeScope: () => [],
    accessTokenLifetime: '5m',
    accessTokenClaims: () => ({}),
    responseMembers: () => ({}),
    refreshTokens: { lifetime: '7d', idleLifetime: '1d', retryWindow: 5, secret: `${signingSecret}-refresh` },
    refreshUser: () => undefined,
    grantStore: new MemoryGrantStore(),
    storeTimeout: 1,
    limits: {
      clientAddress: { limit: 5, window: '1m' },
      userAndAddress: { limit: 6 },
      user: { window: '2h' },
    },
    passwordChecks: { concurrency: 3, maxQueued: 50, queueTimeout: '3s', timeout: '1m' },
    tokenPath: '/oauth/token',
    revocationPath: '/oauth/revoke',
    introspectionPath: '/oauth/introspect',
    metadataPath: '/oauth/metadata',
    jwksPath: '/oauth/keys',
    realm: 'contacts',
    bodyLimit: 1000,
    usernameLimit: 50,
    passwordLimit: 100,
    onError: () => undefined,
    onEvent: () => undefined,
  }
}

/** Freezes plain objects and lists to their depth. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype) return value
  Object.values(value).forEach(frozen)
  return Object.freeze(value)
}

describe('options that are left out', () => {
  const settings = readOptions(workingOptions())

  test('have their documented defaults', () => {
    expect(settings).toMatchObject({
      paths: {
        token: '/token',
        revocation: '/revoke',
        introspection: '/introspect',
        metadata: '/.well-known/oauth-authorization-server',
        jwks: '/.well-known/jwks.json',
      },
      grantTypes: [{ name: 'password' }, { name: 'refresh_token' }],
      clientAuthenticationMethods: ['client_secret_basic', 'client_secret_post'],
      challenge: 'Basic realm="oauth", charset="UTF-8"',
      bodyLimit: 16384,
      usernameLimit: 256,
      passwordLimit: 4096,
      accessTokenLifetime: 3600,
      grants: { lifetime: 30 * 86_400_000, idleLifetime: 14 * 86_400_000, retryWindow: 10_000 },
    })
    expect(settings.authorizeScope).toBeUndefined()
    expect(settings.accessTokenClaims).toBeUndefined()
    expect(settings.responseMembers).toBeUndefined()
    expect(settings.refreshUser).toBeUndefined()
  })

  test('leave every limit on', () => {
    expect(settings.limits).toEqual({
      secret: expect.any(Function) as () => string,
      clientAddress: expect.anything() as unknown,
      address: expect.anything() as unknown,
      knownAddress: expect.anything() as unknown,
      userAndAddress: expect.anything() as unknown,
      user: expect.anything() as unknown,
      secondFactor: expect.anything() as unknown,
      secondFactorPrompt: expect.anything() as unknown,
    })
  })

  test('are the same as options that are undefined', () => {
    const names = Object.keys(fullOptions()) as (keyof OAuthPasswordGrantOptions)[]
    const undefinedOptions = Object.fromEntries(names.map((name) => [name, undefined]))
    const { issuer, paths, bodyLimit } = readOptions({ ...undefinedOptions, ...workingOptions() })
    expect({ issuer, paths, bodyLimit }).toEqual({
      issuer: settings.issuer,
      paths: settings.paths,
      bodyLimit: settings.bodyLimit,
    })
  })

  test('write what went wrong to the console, with the request id', () => {
    const written = vi.spyOn(console, 'error').mockReturnValue()
    settings.onError(new Error('the cause'), { requestId: 'id-of-the-request' })
    expect(written).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('id-of-the-request'),
      expect.objectContaining({ message: 'the cause' }),
    )
    written.mockRestore()
  })
})

describe('options that are given', () => {
  test('are taken as they are', () => {
    const settings = readOptions(fullOptions())
    expect(settings).toMatchObject({
      issuer: 'https://login.example.com/tenant/',
      paths: {
        token: '/oauth/token',
        revocation: '/oauth/revoke',
        introspection: '/oauth/introspect',
        metadata: '/oauth/metadata',
        jwks: '/oauth/keys',
      },
      challenge: 'Basic realm="contacts", charset="UTF-8"',
      bodyLimit: 1000,
      usernameLimit: 50,
      passwordLimit: 100,
      accessTokenLifetime: 300,
      grants: { lifetime: 7 * 86_400_000, idleLifetime: 86_400_000, retryWindow: 5000 },
    })
  })

  test('switch off by false what may be switched off', () => {
    const settings = readOptions({
      ...workingOptions(),
      refreshTokens: false,
      limits: false,
      revocationPath: false,
      introspectionPath: false,
      metadataPath: false,
      jwksPath: false,
    })
    expect(settings.grants).toBeUndefined()
    expect(settings.limits).toMatchObject({ clientAddress: undefined, userAndAddress: undefined, user: undefined })
    expect(settings.paths).toEqual({
      token: '/token',
      revocation: false,
      introspection: false,
      metadata: false,
      jwks: false,
    })
    expect(settings.grantTypes).toMatchObject([{ name: 'password' }])
  })

  test('switch off one limit and leave the others on', () => {
    const { limits } = readOptions({ ...workingOptions(), limits: { user: false } })
    expect(limits.user).toBeUndefined()
    expect(limits.clientAddress).toBeDefined()
    expect(limits.userAndAddress).toBeDefined()
  })

  test('may be frozen to their depth', () => {
    expect(oauthPasswordGrant(frozen(fullOptions()))).toBeTypeOf('function')
    expect(() => Object.assign(frozen({ a: [{ b: 1 }] }).a[0] ?? {}, { b: 2 })).toThrow(TypeError)
  })

  test('are not written to: neither the object, nor the store, nor the passport', () => {
    const own = new passport.Passport()
    own.use(
      'local',
      new LocalStrategy((_username, _password, done) => {
        done(null, false)
      }),
    )
    const strategy: unknown = Reflect.get(Reflect.get(own, '_strategies') as object, 'local')
    const { authenticateUser: _authenticateUser, ...others } = fullOptions()
    const options: OAuthPasswordGrantOptions = { ...others, userStrategy: 'local', passport: own }
    const membersOf = (value: unknown) =>
      typeof value === 'object' && value !== null
        ? Reflect.ownKeys(value).map((key) => [key, Reflect.get(value, key) as unknown])
        : value
    const watched: unknown[] = [options, options.grantStore, own, strategy, Reflect.get(own, '_strategies')]
    watched.push(...(Object.values(options) as unknown[]))
    const before = watched.map(membersOf)
    oauthPasswordGrant(options)
    expect(watched.map(membersOf)).toEqual(before)
  })

  test('may change afterwards without any effect', async () => {
    const scopes = ['contacts.read']
    const audience = ['https://api.example.com']
    const grantTypes: ('password' | 'refresh_token')[] = ['password']
    const clients = [{ id: 'web', secret: clientSecret, grantTypes }]
    const settings = readOptions({ ...workingOptions(), scopes, audience, clients })
    scopes.push('admin')
    audience.push('https://admin.example.com')
    grantTypes.push('refresh_token')
    clients.push({ id: 'late', secret: clientSecret, grantTypes })
    const request = new IncomingMessage(new Socket()) as Request // our own strategies do not look at it
    const authenticate = (id: string) =>
      settings.clientAuthentication.withoutCredentials.authenticate({
        http: request,
        parameters: new Map(Object.entries({ client_id: id, client_secret: clientSecret })),
      })
    const { client } = await authenticate('web')
    expect([...(client?.scopes.keys() ?? [])]).toEqual(['contacts.read'])
    expect(client?.audience).toEqual(['https://api.example.com'])
    expect([...(client?.grantTypes ?? [])]).toEqual(['password'])
    expect(await authenticate('late')).toEqual({ reason: 'unknown' })
  })

  test('come from nowhere but the object: the environment is not looked at', () => {
    const read: PropertyKey[] = []
    const environment = process.env
    process.env = new Proxy(environment, {
      get: (target, name, receiver): unknown => {
        read.push(name)
        return Reflect.get(target, name, receiver)
      },
      has: (target, name) => {
        read.push(name)
        return Reflect.has(target, name)
      },
      ownKeys: (target) => {
        read.push('all of it')
        return Reflect.ownKeys(target)
      },
    })
    try {
      readOptions(fullOptions())
    } finally {
      process.env = environment
    }
    expect(read).toEqual([])
  })
})

describe('the subject of a user', () => {
  const { subjectOf } = readOptions(workingOptions())

  test.each([
    ['a', 'a'],
    [7, '7'],
    [0, '0'],
    [12345678901234567890n, '12345678901234567890'],
  ])('is its id as text: %s', (id, subject) => {
    expect(subjectOf({ id })).toBe(subject)
  })

  test.each([undefined, null, '', {}, [], true, () => 'a'])('is never taken from an id such as %s', (id) => {
    expect(() => subjectOf({ id })).toThrow(/^The user has no subject: /)
  })

  test('is what the option subject says, if that is a text that is not empty', () => {
    const subjectBy = (subject: unknown) =>
      readOptions({ ...workingOptions(), subject: (() => subject) as () => string }).subjectOf({ id: 'a' })
    expect(subjectBy('b')).toBe('b')
    for (const subject of ['', 5, undefined, null, {}]) expect(() => subjectBy(subject)).toThrow(/no subject/)
  })
})
