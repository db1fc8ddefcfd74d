import { describe, expect, test } from 'vitest'
import { accessTokenVerifier, type AccessTokenVerifier } from '../../../lib/resource-server/access-token-verifier.js'
import { signJwt } from '../../../lib/tokens/jwt.js'
import { signingKey, type SigningKey } from '../../../lib/tokens/signing-key.js'
import type { VerificationKey } from '../../../lib/tokens/verification-key.js'

const NOW = 1_800_000_000
const issuer = 'https://login.example.com'
const audience = 'https://api.example.com'
const key = signingKey('key', 'signing-secret-of-32-bytes-and-more')
const claims = {
  ...{
    iss: issuer,
    aud: audience,
    sub: 'alice',
    client_id: 'web',
    jti: 'a',
    iat: NOW,
    exp: NOW + 60,
    nbf: NOW,
    scope: '',
  },
  nested: { list: [1] },
}

function verifierOf(keys: Map<string, VerificationKey>, clockTolerance = 0) {
  return accessTokenVerifier({ issuer, audience, clockTolerance, findKey: (id) => keys.get(id) })
}
const ringOf = (...keys: SigningKey[]) => new Map<string, VerificationKey>(keys.map((one) => [one.id, one]))

describe('a token that was verified before', () => {
  test('is the same object, frozen to its innermost', () => {
    const verifier = verifierOf(ringOf(key))
    const token = signJwt('at+jwt', claims, key)
    const first = verifier.verify(token, NOW)
    expect(first).toMatchObject({ claims })
    const second = verifier.verify(token, NOW)
    expect(second).toMatchObject({ claims })
    expect(verifier.verify(token, NOW)).toMatchObject({ claims: (second as { claims: object }).claims })
    expect(() => {
      ;(first as unknown as { claims: { nested: { list: number[] } } }).claims.nested.list.push(2)
    }).toThrow(TypeError)
  })

  test('ends with its exp, to the second', () => {
    const verifier = verifierOf(ringOf(key))
    const token = signJwt('at+jwt', claims, key)
    expect(seenTwice(verifier, token)).toHaveProperty('claims')
    expect(verifier.verify(token, NOW + 59)).toHaveProperty('claims')
    expect(verifier.verify(token, NOW + 60)).toHaveProperty('refused')
    expect(verifierOf(ringOf(key), 5).verify(token, NOW + 64)).toHaveProperty('claims')
    expect(verifierOf(ringOf(key), 5).verify(token, NOW + 65)).toHaveProperty('refused')
  })

  test('is not valid before its nbf, where the clock was set back', () => {
    const verifier = verifierOf(ringOf(key))
    const token = signJwt('at+jwt', claims, key)
    expect(seenTwice(verifier, token)).toHaveProperty('claims')
    expect(verifier.verify(token, NOW - 1)).toHaveProperty('refused')
  })

  test('ends with its key, and is verified anew by another key of that id', () => {
    const keys = ringOf(key)
    const verifier = verifierOf(keys)
    const token = signJwt('at+jwt', claims, key)
    expect(seenTwice(verifier, token)).toHaveProperty('claims')
    keys.clear()
    expect(verifier.verify(token, NOW)).toHaveProperty('refused')
    const other = signingKey('key', { key: 'another-secret-of-32-bytes-and-more!', keyId: key.id })
    keys.set(key.id, other)
    expect(verifier.verify(token, NOW)).toHaveProperty('refused')
    keys.set(key.id, signingKey('key', 'signing-secret-of-32-bytes-and-more'))
    expect(seenTwice(verifier, token)).toHaveProperty('claims')
  })

  test('is another token by one character', () => {
    const verifier = verifierOf(ringOf(key))
    const token = signJwt('at+jwt', claims, key)
    expect(seenTwice(verifier, token)).toHaveProperty('claims')
    expect(verifier.verify(`${token.slice(0, -2)}${token.endsWith('A') ? 'BB' : 'AA'}`, NOW)).toHaveProperty('refused')
    const [header = '', , signature = ''] = token.split('.')
    const more = Buffer.from(JSON.stringify({ ...claims, scope: 'admin' })).toString('base64url')
    expect(verifier.verify(`${header}.${more}.${signature}`, NOW)).toHaveProperty('refused')
  })
})

describe('a token whose header has been seen on a good one', () => {
  test('is refused for its own signature and claims', () => {
    const verifier = verifierOf(ringOf(key))
    expect(verifier.verify(signJwt('at+jwt', claims, key), NOW)).toHaveProperty('claims')
    const forger = { ...signingKey('key', 'another-secret-of-32-bytes-and-more!'), id: key.id }
    expect(verifier.verify(signJwt('at+jwt', claims, forger), NOW)).toHaveProperty('refused')
    expect(verifier.verify(signJwt('at+jwt', { ...claims, aud: 'https://else.example' }, key), NOW)).toHaveProperty(
      'refused',
    )
    expect(verifier.verify(signJwt('rt+jwt', claims, key), NOW)).toHaveProperty('refused')
  })
})

describe('a flood of headers of strangers', () => {
  test('costs good tokens nothing but time', () => {
    const verifier = verifierOf(ringOf(key))
    const token = signJwt('at+jwt', claims, key)
    for (let index = 0; index < 1_000; index++) {
      const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: `k${index}` })).toString(
        'base64url',
      )
      expect(verifier.verify(`${header}.e30.AAAA`, NOW)).toHaveProperty('refused')
    }
    expect(seenTwice(verifier, token)).toHaveProperty('claims')
  })
})

describe('what is no token of ours', () => {
  test.each(['', '.', '..', 'a.b.c', 'x'.repeat(20_000), `${'['.repeat(10_000)}.a.b`])('is refused: %#', (token) => {
    expect(verifierOf(ringOf(key)).verify(token, NOW)).toHaveProperty('refused')
  })

  test('is refused for its algorithm, whatever the header says', () => {
    const verifier = verifierOf(ringOf(key))
    for (const alg of ['none', 'HS384', 'HS512', 'RS256', 'ES256', '', 5]) {
      const header = Buffer.from(JSON.stringify({ alg, typ: 'at+jwt', kid: key.id })).toString('base64url')
      const body = Buffer.from(JSON.stringify(claims)).toString('base64url')
      expect(verifier.verify(`${header}.${body}.AAAA`, NOW)).toHaveProperty('refused')
      expect(verifier.verify(`${header}.${body}.`, NOW)).toHaveProperty('refused')
    }
  })
})

describe('a token that is refused', () => {
  const { sub: _, ...withoutSubject } = claims
  const other = signingKey('key', 'another-secret-of-32-bytes-and-more!')
  const forger = { ...other, id: key.id }
  const signed = (more: object) => signJwt('at+jwt', { ...claims, ...more }, key)
  const withHeader = (more: object) => {
    const header = { alg: 'HS256', typ: 'at+jwt', kid: key.id, ...more }
    return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.AAAA'
  }

  test.each<[object, string]>([
    [{ refused: 'malformed' }, 'no token'],
    [{ refused: 'malformed' }, withHeader({ crit: ['exp'] })],
    [{ refused: 'malformed' }, signJwt('at+jwt', withoutSubject, key)],
    [{ refused: 'malformed' }, signed({ exp: undefined })],
    [{ refused: 'malformed' }, signed({ scope: ['contacts.read'] })],
    [{ refused: 'type', expected: 'at+jwt', got: '"rt+jwt"' }, signJwt('rt+jwt', claims, key)],
    [{ refused: 'unknown_key', got: JSON.stringify(other.id) }, signJwt('at+jwt', claims, other)],
    [{ refused: 'algorithm', expected: 'HS256', got: '"none"' }, withHeader({ alg: 'none' })],
    [{ refused: 'signature' }, signJwt('at+jwt', claims, forger)],
    [{ refused: 'signature' }, `${signed({})}x`],
    [{ refused: 'issuer', expected: `"${issuer}"`, got: `"${issuer}/"` }, signed({ iss: `${issuer}/` })],
    [{ refused: 'audience', expected: `"${audience}"`, got: '["a","b"]' }, signed({ aud: ['a', 'b'] })],
    [
      { refused: 'expired', expected: '2027-01-15T08:00:00.000Z', got: '2027-01-15T07:59:00.000Z' },
      signed({ exp: NOW - 60 }),
    ],
    [
      { refused: 'not_yet_valid', expected: '2027-01-15T08:00:00.000Z', got: '2027-01-15T08:01:00.000Z' },
      signed({ nbf: NOW + 60 }),
    ],
  ])('comes with the reason: %o', (refusal, token) => {
    expect(verifierOf(ringOf(key)).verify(token, NOW)).toEqual(refusal)
  })

  test('shows at most 120 characters of what a stranger wrote, on one line', () => {
    const { got } = verifierOf(ringOf(key)).verify(withHeader({ kid: 'x\n'.repeat(500) }), NOW) as { got: string }
    expect(got.length).toBeLessThanOrEqual(121)
    expect(got).not.toContain('\n')
  })

  test('is not one without a scope, whose scope is empty', () => {
    const { scope: _scope, ...withoutScope } = claims
    const verified = verifierOf(ringOf(key)).verify(signJwt('at+jwt', withoutScope, key), NOW)
    expect(verified).toMatchObject({ claims: { scope: '' } })
  })
})

describe('a key that has to be fetched', () => {
  test('makes the verdict a promise the first time, and the failure to fetch it a rejection', async () => {
    const token = signJwt('at+jwt', claims, key)
    const slow = accessTokenVerifier({ issuer, audience, clockTolerance: 0, findKey: () => Promise.resolve(key) })
    expect(await slow.verify(token, NOW)).toMatchObject({ claims })
    const gone = accessTokenVerifier({
      issuer,
      audience,
      clockTolerance: 0,
      findKey: () => Promise.reject(new Error('gone')),
    })
    await expect(gone.verify(token, NOW)).rejects.toThrow('gone')
  })
})

/** It is remembered from the second time on. */
function seenTwice(verifier: AccessTokenVerifier, token: string) {
  expect(verifier.verify(token, NOW)).toHaveProperty('claims')
  return verifier.verify(token, NOW)
}
