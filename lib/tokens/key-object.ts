import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  KeyObject,
  sign,
  verify,
  X509Certificate,
  type JsonWebKey,
} from 'node:crypto'
import { isRepetitive } from './repetitive.js'

export const MIN_SECRET_BYTES = 32

/** Bytes of the private member of a JWK (RFC 7518 section 6.2.2.1): one that is of another length ends Node 20 in OpenSSL. */
const EC_PRIVATE_BYTES: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }

/**
 * Parses what an application may give as a key: a secret, a private key as PEM (also as the bytes of its file, and with its line
 * ends lost or spelt `\\n`, as environment files leave it), a JWK, or a `KeyObject`.
 * @throws TypeError that names `option` and holds no part of the key.
 */
export function keyObject(option: string, key: unknown): KeyObject {
  if (key instanceof KeyObject) return key.type === 'secret' ? secretKey(option, key.export()) : matching(option, key)
  if (typeof key === 'object' && key !== null && !(key instanceof Uint8Array)) return jwkObject(option, { ...key })
  const text = key instanceof Uint8Array ? Buffer.from(key).toString('latin1') : key
  if (typeof text === 'string' && text.includes('-----BEGIN ')) return matching(option, pemObject(option, text))
  return secretKey(option, key)
}

/** A secret as an HS256 key. @throws TypeError that names `option` if it is weak, or a key in a form that is not supported. */
export function secretKey(option: string, secret: unknown): KeyObject {
  const given = typeof secret === 'string' ? Buffer.from(secret) : secret
  const bytes = given instanceof Uint8Array ? Buffer.from(given) : undefined
  if (bytes === undefined || bytes.length < MIN_SECRET_BYTES) {
    const found = bytes === undefined ? '' : ` (it is ${bytes.length})`
    throw new TypeError(
      `${option} must be a secret of at least ${MIN_SECRET_BYTES} bytes${found}: generate one with ${GENERATE}.`,
    )
  }
  if (isRepetitive(bytes)) {
    throw new TypeError(`${option} must be random, and repeats the same few characters: generate one with ${GENERATE}.`)
  }
  if ([bytes, fromBase64(bytes)].some((form) => form !== undefined && isWrittenKey(form))) {
    throw new TypeError(
      `${option} is JSON, base64 or another text that holds a key, and would be used as a secret: give a private key as PEM, as a JWK (the object that JSON.parse returns) or as a KeyObject.`,
    )
  }
  return createSecretKey(bytes)
}

/** A command that prints a secret. */
export const GENERATE = `node -p "crypto.randomBytes(32).toString('base64url')"`

/** What base64 or base64url text encodes; `undefined` if the bytes are not such a text. */
function fromBase64(bytes: Buffer): Buffer | undefined {
  const text = bytes.toString('latin1').replace(/\s/g, '')
  return /^[\w+/-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
}

/** A public key as OpenSSH writes it. A random secret may begin with `sk-` too. */
const OPENSSH_KEY = /^(?:ssh-[a-z0-9]+|ecdsa-sha2-nistp\d+|sk-[a-z0-9-]+@openssh\.com)\s+\S/

/** Whether bytes are a key in a form that is not supported: whoever has the public key could sign with it as a secret. */
function isWrittenKey(bytes: Buffer): boolean {
  // A file in UTF-16, which PowerShell writes, has NUL bytes.
  const text = bytes.toString('latin1').replaceAll('\0', '').trim()
  if (OPENSSH_KEY.test(text) || /^-{2,} ?BEGIN /.test(text) || text.includes('-----BEGIN ')) return true
  if (text.startsWith('{') && /"(?:kty|keys)"/.test(text)) return true
  return [
    () => {
      parseJson(text)
    },
    () => createPublicKey({ key: bytes, format: 'der', type: 'spki' }),
    () => createPublicKey({ key: bytes, format: 'der', type: 'pkcs1' }),
    () => createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' }),
    () => createPrivateKey({ key: bytes, format: 'der', type: 'sec1' }),
    () => createPrivateKey({ key: bytes, format: 'der', type: 'pkcs1' }),
    () => new X509Certificate(bytes),
  ].some(succeeds)
}

/** @throws SyntaxError if a text is not a JSON object or array. */
function parseJson(text: string): void {
  if (!/^[[{]/.test(text)) throw new SyntaxError()
  JSON.parse(text)
}

function succeeds(act: () => unknown): boolean {
  try {
    act()
    return true
  } catch {
    return false
  }
}

/** A block of PEM (RFC 7468), whatever stands between its lines. */
const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----/gs

function pemObject(option: string, text: string): KeyObject {
  const blocks = [...text.matchAll(PEM_BLOCK)].map(([, label = '', body = '']) => ({ label, pem: pemOf(label, body) }))
  const privateKey = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'))
  if (privateKey !== undefined) return parsed(option, () => createPrivateKey(privateKey.pem))
  const publicKey = blocks.find(({ label }) => label.endsWith('PUBLIC KEY'))
  if (publicKey !== undefined) return parsed(option, () => createPublicKey(publicKey.pem))
  if (blocks.some(({ label }) => label.endsWith('CERTIFICATE'))) {
    throw new TypeError(`${option} is a certificate: give the private key that belongs to it, which signs.`)
  }
  throw unreadable(option)
}

/** OpenSSL insists on lines, which environment files lose. */
function pemOf(label: string, body: string): string {
  const lines = body.replace(/\\[rn]|\s/g, '').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

function jwkObject(option: string, jwk: JsonWebKey): KeyObject {
  if (jwk.kty === 'oct') {
    return secretKey(option, typeof jwk.k === 'string' ? Buffer.from(jwk.k, 'base64url') : undefined)
  }
  if (jwk.d === undefined) return parsed(option, () => createPublicKey({ key: jwk, format: 'jwk' }))
  const privateBytes = jwk.kty === 'EC' ? EC_PRIVATE_BYTES[jwk.crv ?? ''] : undefined
  const privatePart: unknown = jwk.d
  if (typeof privatePart !== 'string') throw unreadable(option)
  if (privateBytes !== undefined && Buffer.from(privatePart, 'base64url').length !== privateBytes) {
    throw unreadable(option)
  }
  return matching(
    option,
    parsed(option, () => createPrivateKey({ key: jwk, format: 'jwk' })),
  )
}

/** A JWK may be put together of the parts of two keys: what it signs, nobody could verify. */
function matching(option: string, key: KeyObject): KeyObject {
  if (key.type !== 'private' || (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'ec')) return key
  const trial = Buffer.from('trial')
  const isMatching = succeeds(() => {
    if (!verify('sha256', trial, createPublicKey(key), sign('sha256', trial, key))) throw new Error()
  })
  if (!isMatching) throw unreadable(option)
  return key
}

function parsed(option: string, parse: () => KeyObject): KeyObject {
  try {
    return parse()
  } catch {
    // OpenSSL's sentence helps nobody, and could quote the key.
    throw unreadable(option)
  }
}

function unreadable(option: string): TypeError {
  return new TypeError(
    `${option} could not be read as a key: give an unencrypted private key as PEM, JWK or KeyObject, whose parts belong together.`,
  )
}
