import { constants, createPublicKey, createSecretKey, randomBytes, sign } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { signJwt, verifyJwt, type Claims, type JwtKey } from '../../../lib/tokens/jwt.js'
import { signingKey } from '../../../lib/tokens/signing-key.js'
import { signingSecret } from '../working-options.js'
import { forgedJwt } from './forged-jwt.js'
import { ecForms, rsaForms } from './keys.js'

const NOW = 1_800_000_000
const issuer = 'https://login.example.com'
const rsa = rsaForms()
const keyOf: Readonly<Record<string, JwtKey>> = {
  HS256: signingKey('signingKeys', signingSecret),
  ...Object.fromEntries(
    ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((algorithm) => [
      algorithm,
      signingKey('signingKeys', { key: rsa.key, algorithm, keyId: algorithm }),
    ]),
  ),
  ES256: signingKey('signingKeys', ecForms('P-256').key),
  ES384: signingKey('signingKeys', ecForms('P-384').key),
  ES512: signingKey('signingKeys', ecForms('P-521').key),
}
const claims = { iss: issuer, aud: 'https://api.example.com', sub: 'alice', iat: NOW, exp: NOW + 60 }

function ringOf(...keys: JwtKey[]): ReadonlyMap<string, JwtKey> {
  return new Map(keys.map((key) => [key.id, key]))
}

/** What we make of an access token. */
function verified(token: string, keys: ReadonlyMap<string, JwtKey>, now = NOW): Claims | undefined {
  return verifyJwt(token, keys, { type: 'at+jwt', issuer, now })?.claims
}

describe.each(Object.entries(keyOf))('%s', (algorithm, key) => {
  const token = signJwt('at+jwt', claims, key)

  test('signs what jose verifies', async () => {
    const options = { issuer, typ: 'at+jwt', algorithms: [algorithm], currentDate: new Date(NOW * 1000) }
    const { payload } = await jwtVerify(token, key.verifyWith, options)
    expect(payload).toEqual(claims)
  })

  test('says alg, typ and kid in the header, and nothing else', () => {
    expect(decodeProtectedHeader(token)).toEqual({ alg: algorithm, typ: 'at+jwt', kid: key.id })
  })

  test('is verified with its header', () => {
    const header = { alg: algorithm, typ: 'at+jwt', kid: key.id }
    expect(verifyJwt(token, ringOf(key), { type: 'at+jwt', issuer, now: NOW })).toEqual({ header, claims })
  })

  test('is verified, by its key among others', () => {
    expect(verified(token, ringOf(...Object.values(keyOf)))).toEqual(claims)
  })

  test('is refused where its key is not in the ring', () => {
    expect(verified(token, ringOf(...Object.values(keyOf).filter((other) => other !== key)))).toBeUndefined()
    expect(verified(token, ringOf())).toBeUndefined()
  })

  test('is refused once any of its parts is tampered with', () => {
    const [header = '', payload = '', signature = ''] = token.split('.')
    const flipped = (text: string, index: number) =>
      `${text.slice(0, index)}${text[index] === 'A' ? 'B' : 'A'}${text.slice(index + 1)}`
    for (const part of [header, payload, signature]) {
      for (let index = 0; index < part.length - 1; index += Math.ceil(part.length / 20)) {
        const parts = [header, payload, signature].map((one) => (one === part ? flipped(one, index) : one))
        expect(verified(parts.join('.'), ringOf(key))).toBeUndefined()
      }
    }
    expect(verified(`${header}.${payload}.`, ringOf(key))).toBeUndefined()
    expect(verified(`${header}.${payload}`, ringOf(key))).toBeUndefined()
    expect(verified(`${header}.${payload}.${signature.slice(0, -4)}`, ringOf(key))).toBeUndefined()
    expect(verified(`${header}.${payload}.${signature}.${signature}`, ringOf(key))).toBeUndefined()
    expect(verified(`${header}..${signature}`, ringOf(key))).toBeUndefined()
  })
})

test('The same claims under the same HS256 key are the same bytes', () => {
  const { HS256 } = keyOf
  if (HS256 === undefined) throw new Error('There is always one.')
  expect(signJwt('rt+jwt', claims, HS256)).toBe(signJwt('rt+jwt', { ...claims }, HS256))
})

test('Claims in any script arrive as they are', () => {
  const key = signingKey('signingKeys', signingSecret)
  const odd = { ...claims, sub: '\u00e4lice \u{1f511} \u2028 "\\" \0', 'https://example.com/\u9375': ['\u00df', null] }
  expect(verified(signJwt('at+jwt', odd, key), ringOf(key))).toEqual(odd)
})

describe('a token that our own secret signed', () => {
  const key = signingKey('signingKeys', signingSecret)
  const header = { alg: 'HS256', typ: 'at+jwt', kid: key.id }
  const ring = ringOf(key)

  test('is verified, which shows that what follows is refused for its own sake', () => {
    expect(verified(forgedJwt(header, claims, signingSecret), ring)).toEqual(claims)
  })

  test.each(['AT+JWT', 'application/at+jwt', 'Application/At+Jwt'])('may say its typ as %s (RFC 7515)', (typ) => {
    expect(verified(forgedJwt({ ...header, typ }, claims, signingSecret), ring)).toEqual(claims)
  })

  test.each<[string, unknown]>([
    ['no typ', { ...header, typ: undefined }],
    ['the typ of any JWT', { ...header, typ: 'JWT' }],
    ['the typ of a refresh token', { ...header, typ: 'rt+jwt' }],
    ['a typ that only begins or ends like it', { ...header, typ: 'xapplication/at+jwt' }],
    ['a typ twice prefixed', { ...header, typ: 'application/application/at+jwt' }],
    ['a typ in a list', { ...header, typ: ['at+jwt'] }],
    ['a typ that is an object', { ...header, typ: { toLowerCase: 'at+jwt' } }],
    ['crit', { ...header, crit: ['exp'] }],
    ['an empty crit', { ...header, crit: [] }],
    ['a crit that is null', { ...header, crit: null }],
    ['crit with b64', { ...header, crit: ['b64'], b64: false }],
    ['no kid', { ...header, kid: undefined }],
    ['an empty kid', { ...header, kid: '' }],
    ['an unknown kid', { ...header, kid: 'another' }],
    ['a kid that is a number', { ...header, kid: 5 }],
    ['a kid in a list', { ...header, kid: [key.id] }],
    ['a kid that every object has', { ...header, kid: '__proto__' }],
    ['a kid that every object has', { ...header, kid: 'constructor' }],
    ['a kid that is a path', { ...header, kid: '../../../../dev/null' }],
    ['a kid that is SQL', { ...header, kid: "' UNION SELECT 'a" }],
    ['another kid behind ours', `{"kid":"${key.id}","alg":"HS256","typ":"at+jwt","kid":"another"}`],
    ['no alg', { ...header, alg: undefined }],
    ['alg none', { ...header, alg: 'none' }],
    ['alg NoNe', { ...header, alg: 'NoNe' }],
    ['alg in lower case', { ...header, alg: 'hs256' }],
    ['another alg', { ...header, alg: 'HS512' }],
    ['an alg in a list', { ...header, alg: ['HS256'] }],
    ['a header that is null', 'null'],
    ['a header that is a list', [header]],
    ['a header that is a text', '"HS256"'],
    ['a header that is a number', '5'],
    ['a header that is no JSON', '{"alg":"HS256",'],
    ['a header that is empty', ''],
    ['a header with a byte order mark', `\ufeff${JSON.stringify(header)}`],
    ['a header that is deeply nested', '['.repeat(100_000)],
  ])('is refused with %s', (_title, forgedHeader) => {
    expect(verified(forgedJwt(forgedHeader, claims, signingSecret), ring)).toBeUndefined()
  })

  test.each<[string, unknown]>([
    ['no exp', { ...claims, exp: undefined }],
    ['an exp that is a text', { ...claims, exp: String(NOW + 60) }],
    ['an exp that is null', { ...claims, exp: null }],
    ['an exp in a list', { ...claims, exp: [NOW + 60] }],
    ['an exp that is true', { ...claims, exp: true }],
    ['an exp that has come', { ...claims, exp: NOW }],
    ['an exp that is over', { ...claims, exp: NOW - 1 }],
    ['an exp of 0', { ...claims, exp: 0 }],
    ['an exp below 0', { ...claims, exp: -1 }],
    ['an nbf that has not come', { ...claims, nbf: NOW + 1 }],
    ['an nbf that is a text', { ...claims, nbf: String(NOW) }],
    ['an nbf that is null', { ...claims, nbf: null }],
    ['no iss', { ...claims, iss: undefined }],
    ['another iss', { ...claims, iss: 'https://evil.example.com' }],
    ['an iss with a slash more', { ...claims, iss: `${issuer}/` }],
    ['an iss in other case', { ...claims, iss: issuer.toUpperCase() }],
    ['an iss in a list', { ...claims, iss: [issuer] }],
    ['an iss that is an object', { ...claims, iss: { toString: issuer } }],
    ['a payload that is null', 'null'],
    ['a payload that is a list', [claims]],
    ['a payload that is a text', '"alice"'],
    ['a payload that is a number', '5'],
    ['a payload that is true', 'true'],
    ['a payload that is no JSON', '{"iss":'],
    ['a payload that is empty', ''],
    ['a payload that is deeply nested', '['.repeat(100_000)],
    ['a payload that is deeply nested and closed', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['a payload of a megabyte', 'x'.repeat(1_000_000)],
  ])('is refused with %s', (_title, payload) => {
    expect(verified(forgedJwt(header, payload, signingSecret), ring)).toBeUndefined()
  })

  test('is refused to the second at which it expires, and not before', () => {
    const token = forgedJwt(header, { ...claims, nbf: NOW }, signingSecret)
    expect(verified(token, ring, NOW - 1)).toBeUndefined()
    expect(verified(token, ring, NOW)).toBeDefined()
    expect(verified(token, ring, NOW + 59)).toBeDefined()
    expect(verified(token, ring, NOW + 60)).toBeUndefined()
  })

  test('does not reach the prototype of anything by its claims', () => {
    const payload = `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},${JSON.stringify(claims).slice(1)}`
    expect(verified(forgedJwt(header, payload, signingSecret), ring)).toMatchObject(claims)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  test.each([
    [31, 'alice'],
    [32, undefined],
    [5000, undefined],
  ])(
    'is verified with claims of up to 32 levels and refused with more: %i and that of the claims',
    (levels, subject) => {
      const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`
      const payload = `{"deep":${deep},${JSON.stringify(claims).slice(1)}`
      expect(verified(forgedJwt(header, payload, signingSecret), ring)?.['sub']).toBe(subject)
    },
  )

  test('is verified with up to 16,384 characters and refused with more', () => {
    const withPadding = (length: number) => forgedJwt(header, { ...claims, padding: 'x'.repeat(length) }, signingSecret)
    const longest = 12_000 - 3
    expect(withPadding(longest).length).toBeLessThan(16_384)
    expect(verified(withPadding(longest), ring)?.['sub']).toBe('alice')
    expect(verified(withPadding(12_300), ring)).toBeUndefined()
  })
})

describe('the audience', () => {
  const key = signingKey('signingKeys', signingSecret)
  const header = { alg: 'HS256', typ: 'rt+jwt', kid: key.id }
  const verifiedFor = (aud: unknown, audience: string | readonly string[] = issuer) =>
    verifyJwt(forgedJwt(header, { ...claims, aud }, signingSecret), ringOf(key), {
      type: 'rt+jwt',
      issuer,
      audience,
      now: NOW,
    })

  test('is among the token\u2019s', () => {
    expect(verifiedFor(issuer)).toBeDefined()
    expect(verifiedFor(['https://api.example.com', issuer])).toBeDefined()
  })

  test('is looked at also where the expected one is empty, which jsonwebtoken would not do', () => {
    expect(verifiedFor(issuer, '')).toBeUndefined()
    expect(verifiedFor(issuer, [])).toBeUndefined()
    expect(verifiedFor(undefined, '')).toBeUndefined()
  })

  test.each([undefined, null, '', [], 'https://api.example.com', `${issuer}/`, [[issuer]], { 0: issuer }, 5, true])(
    'is refused as %j',
    (aud) => {
      expect(verifiedFor(aud)).toBeUndefined()
    },
  )
})

describe('what an attacker signs', () => {
  const { RS256, ES256, PS256, HS256 } = keyOf
  if (RS256 === undefined || ES256 === undefined || PS256 === undefined || HS256 === undefined)
    throw new Error('no keys')
  const ring = ringOf(RS256, ES256, HS256)

  test.each([RS256, ES256])(
    'with the public key as an HMAC secret is refused in every form of that key: $algorithm',
    (key) => {
      const publicKey = key.verifyWith
      const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
      const jwk = publicKey.export({ format: 'jwk' })
      const secrets = [
        pem,
        pem.trim(),
        pem.replaceAll('\n', '\r\n'),
        publicKey.export({ format: 'der', type: 'spki' }),
        JSON.stringify(jwk),
        Buffer.from(jwk.n ?? jwk.x ?? '', 'base64url'),
        key.id,
        '',
      ]
      for (const secret of secrets) {
        for (const [alg, hash] of [
          ['HS256', 'sha256'],
          ['HS384', 'sha384'],
          ['HS512', 'sha512'],
        ] as const) {
          const header = { alg, typ: 'at+jwt', kid: key.id }
          expect(verified(forgedJwt(header, claims, secret, hash), ring)).toBeUndefined()
        }
      }
    },
  )

  test('with the right key by another algorithm than its own is refused', () => {
    const parts = [{ alg: 'PS256', typ: 'at+jwt', kid: RS256.id }, claims]
    const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    const signature = sign('sha256', Buffer.from(input), {
      key: rsa.key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    }).toString('base64url')
    expect(verified(`${input}.${signature}`, ring)).toBeUndefined()
    // It is a good signature: the same key, told to sign with PS256, is refused nothing.
    expect(verified(`${input}.${signature}`, new Map([[RS256.id, { ...PS256, id: RS256.id }]]))).toEqual(claims)
  })

  test('with the kid of another of our keys is refused', () => {
    const header = { alg: 'HS256', typ: 'at+jwt', kid: RS256.id }
    expect(verified(forgedJwt(header, claims, signingSecret), ring)).toBeUndefined()
    expect(verified(forgedJwt({ ...header, kid: HS256.id, alg: 'RS256' }, claims, signingSecret), ring)).toBeUndefined()
  })

  test('with a key that the header brings along is refused', () => {
    const theirs = ecForms('P-256').key
    const secret = randomBytes(32)
    const jwk = { ...createPublicKey(theirs).export({ format: 'jwk' }), kid: ES256.id }
    const oct = createSecretKey(secret).export({ format: 'jwk' })
    const brought = [
      { jwk },
      { jwk: oct },
      { jku: 'https://evil.example.com/jwks' },
      { x5u: 'https://evil.example.com/cert.pem' },
      { x5c: ['Z2FyYmFnZQ=='] },
      { jwk: [jwk], x5t: 'a', 'x5t#S256': 'b' },
    ]
    for (const more of brought) {
      for (const kid of [ES256.id, HS256.id, 'theirs', undefined]) {
        const input = [{ alg: 'ES256', typ: 'at+jwt', kid, ...more }, claims]
          .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
          .join('.')
        const signature = sign('sha256', Buffer.from(input), { key: theirs, dsaEncoding: 'ieee-p1363' })
        expect(verified(`${input}.${signature.toString('base64url')}`, ring)).toBeUndefined()
        const header = { alg: 'HS256', typ: 'at+jwt', kid, ...more }
        expect(verified(forgedJwt(header, claims, secret), ring)).toBeUndefined()
      }
    }
  })

  test('not at all is refused', () => {
    for (const kid of [...ring.keys(), undefined]) {
      const unsigned = [{ alg: 'none', typ: 'at+jwt', kid }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      expect(verified(unsigned, ring)).toBeUndefined()
      expect(verified(`${unsigned}.`, ring)).toBeUndefined()
      expect(verified(`${unsigned}.AAAA`, ring)).toBeUndefined()
    }
  })

  test('as an ECDSA signature of zeros is refused (CVE-2022-21449)', () => {
    const input = [{ alg: 'ES256', typ: 'at+jwt', kid: ES256.id }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    expect(verified(`${input}.${Buffer.alloc(64).toString('base64url')}`, ring)).toBeUndefined()
  })
})

describe('what is no JWT is refused, and nothing is thrown:', () => {
  const key = signingKey('signingKeys', signingSecret)
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: key.id })).toString('base64url')
  test.each<[string, string]>([
    ['an empty text', ''],
    ['a dot', '.'],
    ['two dots', '..'],
    ['10,000 dots', '.'.repeat(10_000)],
    ['10,000 dots behind a header of ours', header + '.'.repeat(10_000)],
    ['a header of ours alone', header],
    ['a header of ours and a dot', `${header}.`],
    ['a header of ours and dots', `${header}..`],
    ['a megabyte of one letter', 'A'.repeat(1_000_000)],
    ['a megabyte behind a header of ours', `${header}.${'A'.repeat(1_000_000)}.${'A'.repeat(43)}`],
    ['a megabyte of signature', `${header}.e30.${'A'.repeat(1_000_000)}`],
    ['spaces', '   '],
    ['control characters', '\0\r\n\t'],
    ['characters beyond ASCII', '\u9375.\u{1f511}.\ud800'],
    ['a bare quotation mark', '"'],
    ['JSON', '{"alg":"HS256"}'],
    ['an encrypted JWT', `${header}.a.b.c.d`],
  ])('%s', (_title, token) => {
    expect(verified(token, ringOf(key))).toBeUndefined()
  })

  test('nor for whatever one changes a good token to', () => {
    const token = signJwt('at+jwt', claims, key)
    for (let round = 0; round < 500; round += 1) {
      const at = round % token.length
      const garbage = randomBytes(1 + (round % 7)).toString('latin1')
      expect(verified(`${token.slice(0, at)}${garbage}.${token.slice(at + 1)}`, ringOf(key))).toBeUndefined()
    }
  })
})
