import { createPublicKey, createSecretKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { signingKey, type SigningKey } from '../../../lib/tokens/signing-key.js'
import { partsOf, refusal, signingSecret } from '../working-options.js'
import { ecForms, rsaForms, secretForms } from './keys.js'

const rsa = rsaForms()
const p256 = ecForms('P-256')
const kinds = {
  'a secret': { ...secretForms(signingSecret), usual: 'HS256' },
  'a secret of bytes that are no text': {
    ...secretForms(Buffer.from(Array.from({ length: 64 }, (_, n) => n + 32)).toString()),
    usual: 'HS256',
  },
  'an RSA key': { ...rsa, usual: 'RS256' },
  'an EC key on P-256': { ...p256, usual: 'ES256' },
  'an EC key on P-384': { ...ecForms('P-384'), usual: 'ES384' },
  'an EC key on P-521': { ...ecForms('P-521'), usual: 'ES512' },
}
const secretOf = ({ refreshKey }: SigningKey) => refreshKey.signWith.export().toString('base64url')

describe.each(Object.entries(kinds))('%s', (_kind, { key, jwk, forms, usual }) => {
  const reference = signingKey('signingKeys', key)

  test.each(Object.entries(forms))('is the same key as %s', (_form, form) => {
    const parsed = signingKey('signingKeys', form)
    expect(parsed.signWith.equals(key)).toBe(true)
    expect(parsed.id).toBe(reference.id)
    expect(parsed.algorithm).toBe(usual)
    expect(secretOf(parsed)).toBe(secretOf(reference))
    expect(parsed.limitSecret).toBe(reference.limitSecret)
  })

  test('has the RFC 7638 thumbprint that jose calculates for its kid', async () => {
    expect(reference.id).toBe(await calculateJwkThumbprint(jwk as JWK, 'sha256'))
  })

  test('verifies with what cannot sign, unless it is a secret', () => {
    expect(reference.verifyWith.type).toBe(key.type === 'secret' ? 'secret' : 'public')
    if (key.type === 'private') expect(reference.verifyWith.equals(createPublicKey(key))).toBe(true)
  })

  test('has secrets for refresh tokens and for limits that differ from it and from each other', () => {
    const own = key.type === 'secret' ? key.export().toString('base64url') : jwk.d
    const derived = [secretOf(reference), reference.limitSecret]
    expect(new Set([own, ...derived]).size).toBe(3)
    for (const secret of derived) expect(secret).toHaveLength(43)
  })

  test('has a kid that is a name of one\u2019s own where one is given', () => {
    expect(signingKey('signingKeys', { key, keyId: '2026-11' }).id).toBe('2026-11')
    expect(secretOf(signingKey('signingKeys', { key, keyId: '2026-11' }))).toBe(secretOf(reference))
  })

  test('takes alg and kid from its JWK, unless something else is given beside it', () => {
    const described = { ...jwk, alg: usual, kid: 'its-own' }
    expect(signingKey('signingKeys', described)).toMatchObject({ id: 'its-own', algorithm: usual })
    expect(signingKey('signingKeys', { key: described })).toMatchObject({ id: 'its-own', algorithm: usual })
    expect(signingKey('signingKeys', { key: described, keyId: 'given' }).id).toBe('given')
  })

  test('is frozen once it is read', () => {
    expect(Object.isFrozen(reference)).toBe(true)
  })
})

describe('an RSA key', () => {
  test.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])('may be told to sign with %s', (algorithm) => {
    expect(signingKey('signingKeys', { key: rsa.key, algorithm }).algorithm).toBe(algorithm)
    expect(signingKey('signingKeys', { ...rsa.jwk, alg: algorithm }).algorithm).toBe(algorithm)
    expect(signingKey('signingKeys', { key: { ...rsa.jwk, alg: 'RS256' }, algorithm }).algorithm).toBe(algorithm)
  })
})

describe('two different keys', () => {
  test('have different ids and different secrets for refresh tokens', () => {
    const keys = [...Object.values(kinds)].map(({ key }) => signingKey('signingKeys', key))
    expect(new Set(keys.map(({ id }) => id)).size).toBe(keys.length)
    expect(new Set(keys.map(secretOf)).size).toBe(keys.length)
  })
})

describe('bytes', () => {
  test('may be wiped once the key is read', () => {
    const bytes = Buffer.from(signingSecret)
    const key = signingKey('signingKeys', bytes)
    bytes.fill(0)
    expect(key.signWith.export().toString()).toBe(signingSecret)
  })

  test('are a secret of their own, not the text that they might be', () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, n) => 0x80 + n))
    expect(signingKey('signingKeys', bytes).signWith.export()).toEqual(bytes)
  })

  test('count, not characters', () => {
    expect(signingKey('signingKeys', 'ab\u00e9cd\u00ebfg\u00e8hi\u00eajk\u0101lm\u0103no\u0105pqrst').algorithm).toBe(
      'HS256',
    )
    expect(refusal(() => signingKey('signingKeys', '\u00e9'.repeat(15)))).toContain('32 bytes')
  })
})

describe('a key is refused by a sentence that names the option and holds no part of it:', () => {
  const pem = (key: typeof rsa.key) => key.export({ format: 'pem', type: 'pkcs8' }).toString()
  const publicKey = createPublicKey(rsa.key)
  const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const edwards = generateKeyPairSync('ed25519').privateKey
  const montgomery = generateKeyPairSync('x25519').privateKey
  const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
  const encrypt = { cipher: 'aes-256-cbc', passphrase: 'a passphrase' }
  const without = ({ d: _d, ...members }: JsonWebKey) => members
  const secretJwk = Buffer.from(signingSecret).toString('base64url')
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const asOtherForm = /signingKeys is JSON, base64 or another text that holds a key, .*: give /
  const asRepetitive = /signingKeys must be random, and repeats the same few characters: generate /
  const asPublic = /signingKeys is a public key: give the private key/
  const asUnfit = /signingKeys is a key of a kind that cannot sign here: give /
  const asUnreadable = /signingKeys could not be read as a key: give /
  const asShort = /signingKeys must be a secret of at least 32 bytes/
  const asAlgorithm = /signingKeys cannot sign with the algorithm given .*: use /

  test.each<[string, unknown, RegExp]>([
    ['a public PEM (SPKI)', publicKey.export({ format: 'pem', type: 'spki' }), asPublic],
    ['a public PEM (PKCS #1)', publicKey.export({ format: 'pem', type: 'pkcs1' }), asPublic],
    ['a public PEM as bytes', Buffer.from(publicKey.export({ format: 'pem', type: 'spki' })), asPublic],
    ['a public EC PEM', createPublicKey(p256.key).export({ format: 'pem', type: 'spki' }), asPublic],
    ['a public KeyObject', publicKey, asPublic],
    ['a public RSA JWK', publicKey.export({ format: 'jwk' }), asPublic],
    ['a public EC JWK', without(p256.jwk), asPublic],
    ['a public key, described', { key: publicKey, algorithm: 'RS256', keyId: 'a' }, asPublic],
    ['an encrypted PEM', rsa.key.export({ format: 'pem', type: 'pkcs8', ...encrypt }), asUnreadable],
    ['an encrypted PEM (PKCS #1)', rsa.key.export({ format: 'pem', type: 'pkcs1', ...encrypt }), asUnreadable],
    ['a PEM of garbage', '-----BEGIN PRIVATE KEY-----\nZ2FyYmFnZQ==\n-----END PRIVATE KEY-----\n', asUnreadable],
    ['a PEM that is cut off', pem(rsa.key).slice(0, 500), asUnreadable],
    [
      'a certificate',
      '-----BEGIN CERTIFICATE-----\nZ2FyYmFnZQ==\n-----END CERTIFICATE-----',
      /signingKeys is a certificate: give the private key that belongs to it/,
    ],
    [
      'an OpenSSH key',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nZ2FyYmFnZQ==\n-----END OPENSSH PRIVATE KEY-----',
      asUnreadable,
    ],
    ['a JWK that is broken', { ...p256.jwk, y: 'AAAA' }, asUnreadable],
    ['a JWK whose private part is no text', { ...p256.jwk, d: null }, asUnreadable],
    ['a JWK of an unknown kind', { kty: 'AKP', priv: 'A'.repeat(43) }, asUnreadable],
    ['a JWK of no kind', { kty: undefined, k: 'A'.repeat(43) }, asUnreadable],
    ['an RSA key of 1024 bits', weakRsa, asUnfit],
    ['an RSA key of 1024 bits as PEM', pem(weakRsa), asUnfit],
    ['an RSA key of 1024 bits as JWK', weakRsa.export({ format: 'jwk' }), asUnfit],
    ['an Ed25519 key', edwards, asUnfit],
    ['an Ed25519 key as PEM', pem(edwards), asUnfit],
    ['an Ed25519 key as JWK', edwards.export({ format: 'jwk' }), asUnfit],
    ['an X25519 key', montgomery, asUnfit],
    ['a secp256k1 key', koblitz, asUnfit],
    ['a secp256k1 key as PEM', pem(koblitz), asUnfit],
    ['a secp256k1 key as JWK', koblitz.export({ format: 'jwk' }), asUnfit],
    ['base64 of a PEM', base64(pem(p256.key)), asOtherForm],
    ['base64 of a PEM, in lines', base64(pem(rsa.key)).replace(/.{76}/g, '$&\n'), asOtherForm],
    ['base64url of a PEM', Buffer.from(pem(p256.key)).toString('base64url'), asOtherForm],
    ['base64 of a JWK', base64(JSON.stringify(p256.jwk)), asOtherForm],
    ['base64 of a key without the lines of PEM', pem(p256.key).replace(/-----.*-----|\n/g, ''), asOtherForm],
    ['a JWK as text', JSON.stringify(p256.jwk), asOtherForm],
    ['a list of secrets as text', JSON.stringify([signingSecret, signingSecret]), asOtherForm],
    ['a list of JWKs as text', JSON.stringify([p256.jwk], undefined, 2), asOtherForm],
    ['one letter', 'x'.repeat(32), asRepetitive],
    ['many of one letter', 'x'.repeat(4096), asRepetitive],
    ['spaces', ' '.repeat(32), asRepetitive],
    ['zeros', Buffer.alloc(64), asRepetitive],
    ['two letters', 'ab'.repeat(16), asRepetitive],
    ['a word', 'password'.repeat(5), asRepetitive],
    ['digits in order', '1234567890'.repeat(4), asRepetitive],
    ['hexadecimal digits in order', '0123456789abcdef'.repeat(2), asRepetitive],
    ['a short text', 'x'.repeat(31), asShort],
    ['a short Buffer', Buffer.alloc(31, 'x'), asShort],
    ['a short KeyObject', createSecretKey(Buffer.alloc(31, 'x')), asShort],
    ['a short JWK', { kty: 'oct', k: 'A'.repeat(41) }, asShort],
    ['a JWK of a secret that is not there', { kty: 'oct' }, asShort],
    ['a JWK of a secret that is no text', { kty: 'oct', k: 5 }, asShort],
    ['nothing, described', {}, asShort],
    ['null, described', { key: null }, asShort],
    ['a number', 5, asShort],
    ['a function', () => signingSecret, asShort],
    ['a list', [signingSecret], /signingKeys/],
    ['a secret for RS256', { key: signingSecret, algorithm: 'RS256' }, asAlgorithm],
    ['a secret for HS512', { key: signingSecret, algorithm: 'HS512' }, asAlgorithm],
    ['a secret for none', { key: signingSecret, algorithm: 'none' }, asAlgorithm],
    ['a JWK for HS512', { kty: 'oct', k: secretJwk, alg: 'HS512' }, asAlgorithm],
    ['an RSA key for ES256', { key: rsa.key, algorithm: 'ES256' }, asAlgorithm],
    ['an RSA key for HS256', { key: rsa.key, algorithm: 'HS256' }, asAlgorithm],
    ['an RSA key for decryption', { ...rsa.jwk, alg: 'RSA-OAEP' }, asAlgorithm],
    ['an EC key for another curve\u2019s algorithm', { key: p256.key, algorithm: 'ES384' }, asAlgorithm],
    ['an EC key for RS256', { key: p256.key, algorithm: 'RS256' }, asAlgorithm],
    ['an algorithm in lower case', { key: signingSecret, algorithm: 'hs256' }, asAlgorithm],
    ['an algorithm that is no text', { key: signingSecret, algorithm: ['HS256'] }, asAlgorithm],
    ['an empty keyId', { key: signingSecret, keyId: '' }, /signingKeys\.keyId must be /],
    ['a keyId that is no text', { key: signingSecret, keyId: 5 }, /signingKeys\.keyId must be /],
    ['a kid that is no text', { kty: 'oct', k: secretJwk, kid: 5 }, /signingKeys\.keyId must be /],
    ['a stray member', { key: signingSecret, use: 'sig' }, /^signingKeys\.use is not known: /],
  ])('%s', (_title, input, sentence) => {
    const message = refusal(() => signingKey('signingKeys', input))
    expect(message).toMatch(sentence)
    const texts = typeof input === 'string' ? [input] : []
    for (const line of texts.flatMap((text) => text.split('\n')).filter((text) => !text.startsWith('-----'))) {
      for (const part of partsOf(line, 8).filter((text) => text.length === 8))
        expect(message.includes(part)).toBe(false)
    }
  })

  // Such a key signs what nothing verifies; from a private part that is empty, anybody derives the refresh secret.
  const otherEc = ecForms('P-256').jwk
  const otherRsa = rsaForms().jwk
  test.each<[string, JsonWebKey]>([
    ['an EC key', { ...p256.jwk, d: otherEc.d ?? '' }],
    ['an RSA key', { ...otherRsa, n: rsa.jwk.n ?? '' }],
    ['an EC key with an empty private part', { ...p256.jwk, d: '' }],
    ['an EC key with a private part that is no base64url', { ...p256.jwk, d: '***' }],
    ['an EC key with a private part of zeros', { ...p256.jwk, d: 'A'.repeat(43) }],
    ['an EC key with a private part that is cut off', { ...p256.jwk, d: p256.jwk.d?.slice(0, 20) ?? '' }],
  ])('a JWK whose parts do not belong together: %s', (_title, jwk) => {
    expect(refusal(() => signingKey('signingKeys', jwk))).toMatch(/^signingKeys .*: give /)
  })

  // Long enough for a secret, and known to everybody: whoever has it signs as we do.
  test.each<[string, unknown]>([
    ['bytes (DER)', publicKey.export({ format: 'der', type: 'spki' })],
    ['an EC key as bytes (DER)', createPublicKey(p256.key).export({ format: 'der', type: 'spki' })],
    ['a JWK as JSON text', JSON.stringify(publicKey.export({ format: 'jwk' }))],
    ['a JWK set as JSON text', JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] })],
    ['a line of OpenSSH', `ssh-ed25519 ${Buffer.alloc(51, 'x').toString('base64')} user@host`],
  ])('a public key that could pass for a secret: %s', (_title, key) => {
    expect(refusal(() => signingKey('signingKeys', key))).toMatch(/^signingKeys .*: give /)
  })

  // jsonwebtoken writes a header as latin1, so every token would carry a `kid` that nobody, we included, finds again.
  test.each(['schl\u00fcssel', '\u9375', '\u{1f511}'])('a keyId that a header cannot carry: %s', (keyId) => {
    expect(refusal(() => signingKey('signingKeys', { key: signingSecret, keyId }))).toMatch(/^signingKeys\.keyId /)
  })
})

describe('a PEM is understood as environment files leave it:', () => {
  const pem = p256.key.export({ format: 'pem', type: 'pkcs8' }).toString()
  const { id } = signingKey('signingKeys', pem)
  test.each([
    ['with its line ends spelt out', pem.replaceAll('\n', '\\n')],
    ['with Windows line ends spelt out', pem.replaceAll('\n', '\\r\\n')],
    ['with its quotes', `"${pem.replaceAll('\n', '\\n')}"`],
    ['in one line', pem.replaceAll('\n', ' ')],
    ['without any line end', pem.replaceAll('\n', '')],
    ['with Windows line ends', pem.replaceAll('\n', '\r\n')],
    ['beside its certificate', `-----BEGIN CERTIFICATE-----\nZ2FyYmFnZQ==\n-----END CERTIFICATE-----\n${pem}`],
    [
      'beside the parameters of its curve',
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pem}`,
    ],
  ])('%s', (_title, text) => {
    expect(signingKey('signingKeys', text)).toMatchObject({ id, algorithm: 'ES256' })
  })
})

describe('a secret', () => {
  test.each(['sk-', 'ssh-', 'ecdsa-sha2-'])('may begin with %s by chance', (beginning) => {
    expect(signingKey('signingKeys', `${beginning}dGhpcyBpcyBub3QgYSBrZXkgYnV0IHJhbmRvbQ`).algorithm).toBe('HS256')
  })

  test.each([
    ['an OpenSSH public key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'],
    ['a PEM in UTF-16', Buffer.from(rsa.key.export({ type: 'pkcs8', format: 'pem' }) as string, 'utf16le')],
    [
      'a public PEM in UTF-16, which is no secret at all',
      Buffer.from(createPublicKey(rsa.key).export({ type: 'spki', format: 'pem' }) as string, 'utf16le'),
    ],
  ])('is not %s', (_what, given) => {
    expect(refusal(() => signingKey('signingKeys', given))).toMatch(/^signingKeys is /)
  })
})
