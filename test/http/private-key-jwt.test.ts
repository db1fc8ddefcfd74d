import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose'
import * as oauth4webapi from 'oauth4webapi'
import * as openidClient from 'openid-client'
import { describe, expect, test } from 'vitest'
import {
  MemoryGrantStore,
  type ClientRegistration,
  type OAuthEvent,
  type OAuthPasswordGrantOptions,
} from '../../lib/index.js'
import {
  alice,
  audience,
  basic,
  issuer,
  otherBackend,
  postForm,
  requestToken,
  startTokenServer,
  webBackend,
} from '../start-server.js'

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const login = { grant_type: 'password', ...alice }
const CLIENT = 'key-backend'

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const strangers = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const publicJwk = (key: KeyObject, members: object = {}) => ({ ...key.export({ format: 'jwk' }), ...members })

const client: ClientRegistration = { id: CLIENT, keys: [publicJwk(ec.publicKey, { kid: 'ec' })] }

interface Assertion {
  readonly claims?: Record<string, unknown>
  readonly header?: Record<string, unknown>
  readonly key?: KeyObject
  readonly clientId?: string
}

let made = 0

/** An assertion that is right in all that is not said otherwise; a claim that is `undefined` is absent. */
async function assertion({ claims = {}, header = {}, key = ec.privateKey, clientId = CLIENT }: Assertion = {}) {
  const now = Math.floor(Date.now() / 1000)
  const all = {
    iss: clientId,
    sub: clientId,
    aud: issuer,
    iat: now,
    exp: now + 60,
    jti: `jti-${(made += 1)}`,
    ...claims,
  }
  return new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid: 'ec', ...header }).sign(key) // the boundary: some claims are wrong on purpose
}

const asserted = (client_assertion: string) => ({ client_assertion, client_assertion_type: JWT_BEARER })

async function start(options: Partial<OAuthPasswordGrantOptions> = {}) {
  const events: OAuthEvent[] = []
  const server = await startTokenServer({
    clients: [client, otherBackend],
    onEvent: (event) => events.push(event),
    ...options,
  })
  const logIn = (form: Record<string, string>, headers?: Record<string, string>) =>
    requestToken(server.url, { ...login, ...form }, headers)
  return { ...server, events, logIn }
}

const refusal = [401, { error: 'invalid_client', error_description: 'Client authentication failed' }]

describe('a client with keys', () => {
  test('logs in, refreshes, introspects and revokes with client assertions', async () => {
    const { url, logIn } = await start()
    const { status, body } = await logIn(asserted(await assertion()))
    expect(status).toBe(200)
    const refreshing = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
    const refreshed = await requestToken(url, { ...refreshing, ...asserted(await assertion()) })
    expect(refreshed.status).toBe(200)
    const token = { token: String(refreshed.body['access_token']) }
    const introspected = await postForm(`${url}/introspect`, { ...token, ...asserted(await assertion()) })
    expect(introspected.body).toMatchObject({ active: true, client_id: CLIENT })
    expect((await postForm(`${url}/revoke`, { ...token, ...asserted(await assertion()) })).status).toBe(200)
    const after = await postForm(`${url}/introspect`, { ...token, ...asserted(await assertion()) })
    expect(after.body).toEqual({ active: false })
  })

  test('may name itself in client_id, and no other client', async () => {
    const { logIn } = await start()
    expect((await logIn({ ...asserted(await assertion()), client_id: CLIENT })).status).toBe(200)
    const other = await logIn({ ...asserted(await assertion()), client_id: otherBackend.id })
    expect([other.status, other.body['error']]).toEqual([400, 'invalid_request'])
  })

  test('is not let in by a secret, an empty secret or its id alone', async () => {
    const { logIn } = await start()
    for (const form of [{ client_id: CLIENT }, { client_id: CLIENT, client_secret: 'any' }]) {
      const { status, body } = await logIn(form)
      expect([status, body]).toEqual(refusal)
    }
    const empty = await logIn({}, basic({ id: CLIENT, secret: '' }))
    expect([empty.status, empty.body]).toEqual(refusal)
  })

  test('uses one way at a time: an assertion beside a secret is invalid_request', async () => {
    const { logIn, events } = await start()
    const forms: [Record<string, string>, Record<string, string>][] = [
      [{ client_secret: 'any' }, {}],
      [{}, basic(otherBackend)],
    ]
    for (const [form, headers] of forms) {
      const { status, body } = await logIn({ ...asserted(await assertion()), ...form }, headers)
      expect([status, body['error']]).toEqual([400, 'invalid_request'])
    }
    expect(events).toMatchObject([{ reason: 'several_ways' }, { reason: 'several_ways' }])
  })

  test('is found by a function, and a database may hold null for its secret', async () => {
    const { logIn } = await start({ clients: (id) => (id === CLIENT ? ({ ...client, secret: null } as never) : null) })
    expect((await logIn(asserted(await assertion()))).status).toBe(200)
  })
})

describe('an assertion is accepted', () => {
  test.each<[string, Assertion]>([
    ['without typ', {}],
    ['with typ JWT', { header: { typ: 'JWT' } }],
    ['with typ client-authentication+jwt', { header: { typ: 'client-authentication+jwt' } }],
    ['with typ application/client-authentication+jwt', { header: { typ: 'application/client-authentication+jwt' } }],
    ['without kid', { header: { kid: undefined } }],
    ['without iat', { claims: { iat: undefined } }],
    ['whose only audience is in an array', { claims: { aud: [issuer] } }],
    ['of a clock that is nine seconds ahead', { claims: { iat: Date.now() / 1000 + 9, nbf: Date.now() / 1000 + 9 } }],
    ['that lives for five minutes', { claims: { exp: Math.floor(Date.now() / 1000) + 299 } }],
  ])('%s', async (_title, given) => {
    const { logIn } = await start()
    expect((await logIn(asserted(await assertion(given)))).status).toBe(200)
  })

  test.each([
    ['RS256', rsa, {}],
    ['RS512', rsa, { alg: 'RS512' }],
    ['PS256', rsa, { alg: 'PS256' }],
    ['ES384', generateKeyPairSync('ec', { namedCurve: 'P-384' }), {}],
    ['ES512', generateKeyPairSync('ec', { namedCurve: 'P-521' }), {}],
  ])('with %s, if the registered key is for it', async (alg, pair, members) => {
    const keys = [publicJwk(pair.publicKey, { kid: 'one', use: 'sig', ...members })]
    const { logIn, url } = await start({ clients: [{ id: CLIENT, keys }] })
    expect((await logIn(asserted(await assertion({ header: { alg, kid: 'one' }, key: pair.privateKey })))).status).toBe(
      200,
    )
    const metadata = (await (await fetch(`${url}/.well-known/oauth-authorization-server`)).json()) as Record<
      string,
      unknown
    >
    expect(metadata['token_endpoint_auth_methods_supported']).toEqual(['private_key_jwt'])
    expect(metadata['token_endpoint_auth_signing_alg_values_supported']).toEqual([alg])
  })

  test('with each of several keys while one replaces another, also without kid', async () => {
    const keys = [publicJwk(ec.publicKey), publicJwk(strangers.publicKey), publicJwk(rsa.publicKey)]
    const { logIn } = await start({ clients: [{ id: CLIENT, keys }] })
    for (const { privateKey: key } of [ec, strangers]) {
      expect((await logIn(asserted(await assertion({ header: { kid: undefined }, key })))).status).toBe(200)
    }
    const header = { alg: 'RS256', kid: undefined }
    expect((await logIn(asserted(await assertion({ header, key: rsa.privateKey })))).status).toBe(200)
  })
})

describe('an assertion is refused like any wrong client, and the operator learns why,', () => {
  const now = Math.floor(Date.now() / 1000)
  test.each<[string, string, Assertion]>([
    ['of a client that there is not', 'unknown', { clientId: 'nobody' }],
    ['of a client that has a secret', 'wrong_signature', { clientId: otherBackend.id }],
    ['signed with another key', 'wrong_signature', { key: strangers.privateKey }],
    ['with an unknown kid', 'wrong_signature', { header: { kid: 'other' } }],
    ['with an algorithm that the key is not for', 'wrong_signature', { header: { alg: 'RS256' }, key: rsa.privateKey }],
    ['of another typ', 'malformed_assertion', { header: { typ: 'at+jwt' } }],
    ['whose iss is another client', 'malformed_assertion', { claims: { iss: otherBackend.id } }],
    ['without iss', 'malformed_assertion', { claims: { iss: undefined } }],
    ['without jti', 'malformed_assertion', { claims: { jti: undefined } }],
    ['with an empty jti', 'malformed_assertion', { claims: { jti: '' } }],
    ['with a jti that is a number', 'malformed_assertion', { claims: { jti: 1 } }],
    ['without exp', 'malformed_assertion', { claims: { exp: undefined } }],
    ['that lives for more than five minutes', 'malformed_assertion', { claims: { exp: now + 400 } }],
    ['whose iat makes it live longer', 'malformed_assertion', { claims: { iat: now - 3600 } }],
    ['that has expired', 'expired_assertion', { claims: { iat: now - 120, exp: now - 60 } }],
    ['whose iat is a minute ahead', 'early_assertion', { claims: { iat: now + 60, exp: now + 120 } }],
    ['whose nbf is a minute ahead', 'early_assertion', { claims: { nbf: now + 60, exp: now + 120 } }],
    ['without aud', 'wrong_audience', { claims: { aud: undefined } }],
    ['for the URL of the token endpoint', 'wrong_audience', { claims: { aud: `${issuer}/token` } }],
    ['for another issuer', 'wrong_audience', { claims: { aud: 'https://login.example.org' } }],
    ['for the API', 'wrong_audience', { claims: { aud: audience } }],
    ['for several audiences', 'wrong_audience', { claims: { aud: [issuer, `${issuer}/token`] } }],
    ['for no audience of an empty list', 'wrong_audience', { claims: { aud: [] } }],
  ])('%s', async (_title, reason, given) => {
    const { logIn, events } = await start()
    const { status, body } = await logIn(asserted(await assertion(given)))
    expect([status, body]).toEqual(refusal)
    expect(events).toMatchObject([{ type: 'client_refused', reason }])
    expect(JSON.stringify(events)).not.toContain('jti-')
  })

  test.each<[string, () => string | Promise<string>]>([
    ['that is no JWT', () => 'abc'],
    [
      'with alg none',
      () => new UnsecuredJWT({ iss: CLIENT, sub: CLIENT, aud: issuer, jti: 'x', exp: now + 60 }).encode(),
    ],
    [
      'with a crit header',
      async () => {
        const [, payload = '', signature = ''] = (await assertion()).split('.')
        const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'ec', crit: ['x'], x: 1 })).toString('base64url')
        return [header, payload, signature].join('.')
      },
    ],
    [
      'signed with HS256 and the public key as the secret',
      async () => {
        const [, payload = ''] = (await assertion()).split('.')
        const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'ec' })).toString('base64url')
        const pem = ec.publicKey.export({ format: 'pem', type: 'spki' })
        return `${header}.${payload}.${createHmac('sha256', pem).update(`${header}.${payload}`).digest('base64url')}`
      },
    ],
    [
      'with a nested header',
      () => `${Buffer.from('{"alg":'.repeat(200) + '1' + '}'.repeat(200)).toString('base64url')}.e30.e30`,
    ],
    [
      'with a payload that was changed',
      async () => {
        const [header = '', , signature = ''] = (await assertion()).split('.')
        const claims = { iss: CLIENT, sub: CLIENT, aud: issuer, jti: 'forged', exp: now + 60 }
        return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
      },
    ],
  ])('%s', async (_title, make) => {
    const { logIn, events } = await start()
    const { status, body } = await logIn(asserted(await make()))
    expect([status, body]).toEqual(refusal)
    expect(events).toMatchObject([{ type: 'client_refused' }])
  })

  test.each([undefined, '', 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer'])(
    'of the type %j',
    async (type) => {
      const { logIn } = await start()
      const form: Record<string, string> = { client_assertion: await assertion() }
      if (type !== undefined) form['client_assertion_type'] = type
      const { status, body } = await logIn(form)
      expect([status, body]).toEqual(refusal)
    },
  )

  test('that was used before, also by a hundred requests at once', async () => {
    const { logIn, events } = await start()
    const once = asserted(await assertion())
    const statuses = await Promise.all(Array.from({ length: 50 }, async () => (await logIn(once)).status))
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect((await logIn(once)).status).not.toBe(200)
    expect(events.find(({ type }) => type === 'client_refused')).toMatchObject({
      reason: 'used_assertion',
      clientId: CLIENT,
    })
  })

  test('while the same jti of another client is accepted', async () => {
    const second = { id: 'second-backend', keys: [publicJwk(strangers.publicKey, { kid: 'ec' })] }
    const { logIn } = await start({ clients: [client, second] })
    expect((await logIn(asserted(await assertion({ claims: { jti: 'same' } })))).status).toBe(200)
    const theirs = await assertion({ claims: { jti: 'same' }, clientId: second.id, key: strangers.privateKey })
    expect((await logIn(asserted(theirs))).status).toBe(200)
  })

  test('by a server whose clients authenticate with Passport strategies', async () => {
    const { default: passport } = await import('passport')
    const { BasicStrategy } = await import('passport-http')
    const own = new passport.Passport()
    own.use(
      new BasicStrategy((id, _secret, done) => {
        done(null, { id })
      }),
    )
    const { logIn } = await start({ clients: undefined, clientStrategies: { basic: 'basic' }, passport: own })
    const { status, body } = await logIn(asserted(await assertion()))
    expect([status, body]).toEqual(refusal)
  })
})

test('An assertion of more than 8192 characters is refused before anything looks at it.', async () => {
  const { logIn } = await start()
  const { status, body } = await logIn(asserted(await assertion({ claims: { jti: 'x'.repeat(8192) } })))
  expect([status, body['error']]).toEqual([400, 'invalid_request'])
})

test('A grant store that fails lets no assertion in, and the client gets a 503.', async () => {
  class FailingStore extends MemoryGrantStore {
    override spend(): never {
      throw new Error('ECONNREFUSED')
    }
  }
  const { logIn } = await start({ grantStore: new FailingStore(), onError: () => undefined })
  expect((await logIn(asserted(await assertion()))).status).toBe(503)
})

describe('without refresh tokens', () => {
  test('a store is needed for assertions, and is enough', async () => {
    await expect(start({ refreshTokens: false })).rejects.toThrow(
      'clients[0].keys needs a grant store, which keeps a client assertion from being used twice, and refreshTokens is false: give a grantStore.',
    )
    const { logIn } = await start({ refreshTokens: false, grantStore: new MemoryGrantStore() })
    const once = asserted(await assertion())
    expect((await logIn(once)).status).toBe(200)
    expect((await logIn(once)).status).toBe(401)
  })

  test('a store that no client needs is refused', async () => {
    const options = { refreshTokens: false, grantStore: new MemoryGrantStore(), clients: [webBackend] } as const
    await expect(start(options)).rejects.toThrow('no client has keys')
  })
})

describe('keys are refused at start-up', () => {
  test.each<[string, unknown, string]>([
    ['with a secret beside them', { ...client, secret: webBackend.secret }, 'has keys and a secret'],
    ['of a public client', { ...client, public: true }, 'has keys and is public'],
    ['as a KeyObject', { id: CLIENT, keys: [ec.publicKey] }, "give key.export({ format: 'jwk' })"],
    [
      'of a kind that cannot sign here',
      { id: CLIENT, keys: [publicJwk(generateKeyPairSync('ed25519').publicKey)] },
      'kty "OKP", crv "Ed25519"',
    ],
    ['as an empty list', { id: CLIENT, keys: [] }, 'keys must be an array'],
    ['as one JWK', { id: CLIENT, keys: publicJwk(ec.publicKey) }, 'keys must be an array'],
    [
      'as PEM',
      { id: CLIENT, keys: [ec.publicKey.export({ format: 'pem', type: 'spki' })] },
      'keys[0] must be a public key as a JWK',
    ],
    ['if one is private', { id: CLIENT, keys: [publicJwk(ec.privateKey)] }, 'keys[0] is a private key'],
    ['if one is a secret', { id: CLIENT, keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }, 'keys[0] is a secret'],
    [
      'if one is for encryption',
      { id: CLIENT, keys: [publicJwk(ec.publicKey, { use: 'enc' })] },
      'keys[0] cannot verify',
    ],
    [
      'if one is weak',
      { id: CLIENT, keys: [publicJwk(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)] },
      'keys[0] cannot verify',
    ],
    ['if one is for HS256', { id: CLIENT, keys: [publicJwk(ec.publicKey, { alg: 'HS256' })] }, 'keys[0] cannot verify'],
    [
      'if two have the same kid',
      { id: CLIENT, keys: [publicJwk(ec.publicKey, { kid: 'a' }), publicJwk(rsa.publicKey, { kid: 'a' })] },
      'keys[1] has the same kid',
    ],
    ['with a kid that is a number', { id: CLIENT, keys: [publicJwk(ec.publicKey, { kid: 1 })] }, 'keys[0].kid is 1'],
  ])('%s', async (_title, registration, message) => {
    await expect(start({ clients: [registration as ClientRegistration] })).rejects.toThrow(message) // the boundary: wrong on purpose
    await start({ clients: [registration as ClientRegistration] }).catch((error: unknown) => {
      expect(String(error)).not.toMatch(/"d"|c2VjcmV0/)
    })
  })
})

describe('by a client library', () => {
  test('openid-client logs in, refreshes, introspects and revokes by PrivateKeyJwt', async () => {
    const { url } = await start()
    const key = await crypto.subtle.importKey(
      'jwk',
      await exportJWK(ec.privateKey),
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign'],
    )
    const endpoints = {
      issuer,
      token_endpoint: `${url}/token`,
      introspection_endpoint: `${url}/introspect`,
      revocation_endpoint: `${url}/revoke`,
    }
    const config = new openidClient.Configuration(endpoints, CLIENT, {}, openidClient.PrivateKeyJwt({ key, kid: 'ec' }))
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated to stand out; the server is on loopback
    openidClient.allowInsecureRequests(config)
    const tokens = await openidClient.genericGrantRequest(config, 'password', alice)
    const refreshed = await openidClient.refreshTokenGrant(config, tokens.refresh_token ?? '')
    expect(await openidClient.tokenIntrospection(config, refreshed.access_token)).toMatchObject({ active: true })
    await openidClient.tokenRevocation(config, refreshed.access_token)
    expect(await openidClient.tokenIntrospection(config, refreshed.access_token)).toEqual({ active: false })
  })

  test('oauth4webapi logs in and refreshes by PrivateKeyJwt, after it has read the metadata', async () => {
    const { url } = await start()
    const as: oauth4webapi.AuthorizationServer = { issuer, token_endpoint: `${url}/token` }
    const key = await crypto.subtle.importKey(
      'jwk',
      await exportJWK(ec.privateKey),
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign'],
    )
    const authentication = oauth4webapi.PrivateKeyJwt({ key, kid: 'ec' })
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated to stand out; the server is on loopback
    const insecure = { [oauth4webapi.allowInsecureRequests]: true }
    const me: oauth4webapi.Client = { client_id: CLIENT }
    const answer = await oauth4webapi.genericTokenEndpointRequest(
      as,
      me,
      authentication,
      'password',
      new URLSearchParams(alice),
      insecure,
    )
    const tokens = await oauth4webapi.processGenericTokenEndpointResponse(as, me, answer)
    const again = await oauth4webapi.refreshTokenGrantRequest(
      as,
      me,
      authentication,
      tokens.refresh_token ?? '',
      insecure,
    )
    expect((await oauth4webapi.processRefreshTokenResponse(as, me, again)).access_token).toBeTruthy()
  })
})
