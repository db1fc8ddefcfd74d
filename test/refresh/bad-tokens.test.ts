import { generateKeyPairSync, hkdfSync, KeyObject } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, SignJWT, type JWTPayload } from 'jose'
import jwt from 'jsonwebtoken'
import { beforeAll, describe, expect, test } from 'vitest'
import { alice, audience, basic, bob, issuer, otherBackend, signingSecret, startTokenServer } from '../start-server.js'
import { onEveryStore } from '../stores/on-every-store.js'
import { storedRows } from './stored-rows.js'
import { logIn, type Tokens } from '../log-in.js'
import { INVALID_GRANT, introspect, refresh, refreshed, revoke } from './token-client.js'

/** As `lib` derives it: with it a test can make whatever only the server could. */
const refreshKey = new Uint8Array(hkdfSync('sha256', signingSecret, '', 'refresh token', 32))
const signingKey = new TextEncoder().encode(signingSecret)
const INACTIVE = '{"active":false}'

/** A refresh token with all that it says, and what others hold. */
interface Held {
  readonly own: Tokens
  readonly claims: JWTPayload
  readonly kid: string
  readonly others: Tokens
}

function signed(claims: JWTPayload, header: { typ?: string; kid?: string }, key = refreshKey) {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', ...header }).sign(key)
}

function without({ claims }: Held, name: string): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([one]) => one !== name))
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

const typ = 'rt+jwt'

/** Says something else, under the signature of what it said. */
function tampered({ own, claims }: Held, more: JWTPayload): string {
  const [header = '', , signature = ''] = own.refresh.split('.')
  return `${header}.${encoded({ ...claims, ...more })}.${signature}`
}

/** A token signed by the key of refresh tokens whose claims are as ours but for some. */
function saying(more: JWTPayload) {
  return ({ claims, kid }: Held) => signed({ ...claims, ...more }, { typ, kid })
}

const BAD: Readonly<Record<string, (held: Held) => string | Promise<string>>> = {
  'a word': () => 'nonsense',
  'dots alone': () => '..',
  'three words': () => 'a.b.c',
  'an opaque token': () => 'ya29.a0AfH6SMBx-not-one-of-ours_0123456789',
  'a JSON object': ({ claims }) => JSON.stringify(claims),
  'a NUL': ({ own }) => `${own.refresh}\0`,
  'two tokens in one': ({ own }) => `${own.refresh} ${own.refresh}`,
  'a token cut short': ({ own }) => own.refresh.slice(0, -1),
  'a token without its signature': ({ own }) => own.refresh.slice(0, own.refresh.lastIndexOf('.') + 1),
  'a changed signature': ({ own }) =>
    own.refresh.slice(0, -8) + (own.refresh.endsWith('AAAAAAAA') ? 'B' : 'A').repeat(8),
  'another generation under an old signature': (held) => tampered(held, { gen: 1 }),
  'another grant under an old signature': (held) =>
    tampered(held, { sid: String(decodeJwt(held.others.refresh)['sid']) }),
  'a later exp under an old signature': (held) => tampered(held, { exp: (held.claims.exp ?? 0) + 1 }),
  'alg none, unsigned': ({ claims, kid }) => `${encoded({ alg: 'none', typ, kid })}.${encoded(claims)}.`,
  'alg none, with the signature': ({ own, claims, kid }) =>
    `${encoded({ alg: 'none', typ, kid })}.${encoded(claims)}.${own.refresh.split('.')[2] ?? ''}`,
  'alg HS512 with the right key': ({ claims, kid }) =>
    jwt.sign(claims, Buffer.from(refreshKey), { algorithm: 'HS512', header: { alg: 'HS512', typ, kid } }),
  'the key of access tokens': ({ claims, kid }) => signed(claims, { typ, kid }, signingKey),
  'a key of another label': ({ claims, kid }) =>
    signed(claims, { typ, kid }, new Uint8Array(hkdfSync('sha256', signingSecret, '', 'limit key', 32))),
  'a key of its own': ({ claims, kid }) => signed(claims, { typ, kid }, new Uint8Array(32)),
  'another kid': ({ claims }) => signed(claims, { typ, kid: 'other' }),
  'no kid': ({ claims }) => signed(claims, { typ }),
  'typ JWT': ({ claims, kid }) => signed(claims, { typ: 'JWT', kid }),
  'typ at+jwt': ({ claims, kid }) => signed(claims, { typ: 'at+jwt', kid }),
  'no typ': ({ claims, kid }) => signed(claims, { kid }),
  'another iss': saying({ iss: 'http://127.0.0.1/' }),
  'no iss': (held) => signed(without(held, 'iss'), { typ, kid: held.kid }),
  'the aud of access tokens': saying({ aud: audience }),
  'no aud': (held) => signed(without(held, 'aud'), { typ, kid: held.kid }),
  // Within the retry window a token may be a retry, and the row's own expiry decides.
  'an exp that has passed': saying({ exp: Math.floor(Date.now() / 1000) - 60 }),
  'no exp': (held) => signed(without(held, 'exp'), { typ, kid: held.kid }),
  'no sid': (held) => signed(without(held, 'sid'), { typ, kid: held.kid }),
  'a sid that is no text': saying({ sid: 1 }),
  'a grant that there is not': saying({ sid: 'AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAA' }),
  'no gen': (held) => signed(without(held, 'gen'), { typ, kid: held.kid }),
  'a gen that is a text': saying({ gen: '0' }),
  'a negative gen': saying({ gen: -1 }),
  'a broken gen': saying({ gen: 0.5 }),
  'another client_id': saying({ client_id: otherBackend.id }),
  'no client_id': (held) => signed(without(held, 'client_id'), { typ, kid: held.kid }),
  'the refresh token of another client': ({ others }) => others.refresh,
  'the access token of another client': ({ others }) => others.access,
  'a long token': ({ own }) => own.refresh + 'A'.repeat(14_000),
  'a token of long claims': saying({ padding: 'A'.repeat(10_000), exp: 1 }),
  'a server of another issuer and the same secret': async () => {
    const { url } = await startTokenServer({ issuer: 'http://127.0.0.1:1' })
    return (await logIn(url)).refresh
  },
  'a server of the same issuer and another secret': async () => {
    const { url } = await startTokenServer({ signingKeys: 'another-secret-of-32-bytes-and-more' })
    return (await logIn(url)).refresh
  },
}

await onEveryStore(({ place, store }) => {
  const subjects = [alice.username, bob.username]

  async function startWithHeld() {
    const { url, oauth } = await startTokenServer({ grantStore: store(), limits: false })
    const own = await logIn(url)
    const others = await logIn(url, { user: bob, headers: basic(otherBackend) })
    const { kid = '' } = decodeProtectedHeader(own.refresh)
    const held: Held = { own, claims: decodeJwt(own.refresh), kid, others }
    return { url, oauth, held, rows: () => storedRows(place, store(), subjects) }
  }

  test('a token made with the derived key as ours are is taken, so that each of those below is refused for its fault', async () => {
    const { url, held } = await startWithHeld()
    const made = await signed(held.claims, { typ, kid: held.kid })
    expect((await introspect(url, made)).body).toMatchObject({ active: true, sub: 'alice' })
    expect((await refresh(url, made)).status).toBe(200)
  })

  test('bad tokens are one invalid_grant, inactive, and nothing to revoke; and they change nothing', async () => {
    const { url, held, rows } = await startWithHeld()
    const before = await rows()
    for (const [what, make] of Object.entries(BAD)) {
      const token = await make(held)
      const refused = await refresh(url, token)
      expect([what, refused.status, refused.body]).toEqual([what, 400, INVALID_GRANT])
      const inactive = await introspect(url, token)
      expect([what, inactive.status, inactive.text]).toEqual([what, 200, INACTIVE])
      const ignored = await revoke(url, token)
      expect([what, ignored.status, ignored.text]).toEqual([what, 200, '{}'])
      expect(await rows(), what).toBe(before)
    }
    const { status, body } = await refresh(url, held.own.access)
    expect([status, body]).toEqual([400, INVALID_GRANT])
    expect(await rows()).toBe(before)
    await refreshed(url, held.own.refresh)
    expect((await refresh(url, held.others.refresh, {}, basic(otherBackend))).status).toBe(200)
  })

  test('a token that is empty or too long for the body is invalid_request, and changes nothing', async () => {
    const { url, held, rows } = await startWithHeld()
    const before = await rows()
    for (const [token, status] of [
      ['', 400],
      [held.own.refresh + 'A'.repeat(20_000), 413],
    ] as const) {
      for (const ask of [refresh, introspect, revoke]) {
        const answer = await ask(url, token)
        expect([answer.status, answer.body['error']]).toEqual([status, 'invalid_request'])
      }
    }
    expect(await rows()).toBe(before)
    await refreshed(url, held.own.refresh)
  })

  test('the tokens of a grant that was revoked are refused as any other', async () => {
    const { url, oauth, held } = await startWithHeld()
    await oauth.grants.revoke(String(held.claims['sid']))
    for (const token of [held.own.refresh, held.own.access]) {
      expect((await refresh(url, token)).body).toEqual(INVALID_GRANT)
      expect((await introspect(url, token)).text).toBe(INACTIVE)
      expect((await revoke(url, token)).text).toBe('{}')
    }
  })
})

describe('a verifier of access tokens that checks the signature and exp and nothing else', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicPem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
  let url: { hs256: string; rs256: string; secret: string }

  beforeAll(async () => {
    const servers = [
      await startTokenServer(),
      await startTokenServer({ signingKeys: privateKey }),
      await startTokenServer({ refreshTokens: { secret: 'refresh-secret-of-32-bytes-and-more' } }),
    ] as const
    url = { hs256: servers[0].url, rs256: servers[1].url, secret: servers[2].url }
    return async () => {
      await Promise.all(servers.map(({ close }) => close()))
    }
  })

  test.for([
    ['a secret', 'hs256', signingSecret],
    ['a secret that refresh tokens do not have', 'secret', signingSecret],
    ['a public key as KeyObject', 'rs256', publicKey],
    ['a public key as PEM', 'rs256', publicPem],
    ['the bytes of a public key as the secret of an HMAC', 'rs256', Buffer.from(publicPem)],
  ] as const)('refuses refresh tokens by %s', async ([, server, key]) => {
    const tokens = await logIn(url[server])
    if (!Buffer.isBuffer(key)) expect(jwt.verify(tokens.access, key)).toMatchObject({ sub: 'alice', iss: issuer })
    expect(() => jwt.verify(tokens.refresh, key)).toThrow(jwt.JsonWebTokenError)
    const again = await refreshed(url[server], tokens.refresh)
    expect(() => jwt.verify(again.refresh, key)).toThrow(jwt.JsonWebTokenError)
    if (!(key instanceof KeyObject)) {
      expect(() => jwt.verify(again.refresh, key, { algorithms: ['HS256', 'RS256'] })).toThrow(jwt.JsonWebTokenError)
    }
  })
})
