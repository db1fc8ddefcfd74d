import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  KeyObject,
  sign,
  verify,
  type JsonWebKey,
} from 'node:crypto'

export const MIN_SECRET_BYTES = 32

/** Bytes of the private member of a JWK (RFC 7518 section 6.2.2.1): one that is of another length ends Node 20 in OpenSSL. */
const EC_PRIVATE_BYTES: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }

/**
 * Parses what an application may give as a key: a secret, a private key as PEM (also as the bytes of its file), a JWK, or
 * a `KeyObject`.
 * @throws TypeError that names `option` and holds no part of the key.
 */
export function keyObject(option: string, key: unknown): KeyObject {
  if (key instanceof KeyObject) return key.type === 'secret' ? secretKey(option, key.export()) : matching(option, key)
  if (typeof key === 'object' && key !== null && !(key instanceof Uint8Array)) return jwkObject(option, { ...key })
  const text = key instanceof Uint8Array ? Buffer.from(key).toString('latin1') : key
  if (typeof text === 'string' && text.includes('-----BEGIN ')) {
    return matching(
      option,
      parsed(option, () => pemObject(text)),
    )
  }
  return secretKey(option, key)
}

/** A secret as an HS256 key. @throws TypeError that names `option` where it is shorter than 32 bytes, or no secret. */
export function secretKey(option: string, secret: unknown): KeyObject {
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret
  if (!(bytes instanceof Uint8Array) || bytes.byteLength < MIN_SECRET_BYTES) {
    throw new TypeError(
      `${option} must be a secret of ${MIN_SECRET_BYTES} bytes or more (RFC 7518 section 3.2); make one with: node -p "crypto.randomBytes(32).toString('base64url')"`,
    )
  }
  if (isWrittenKey(Buffer.from(bytes))) {
    throw new TypeError(
      `${option} looks like a key written in another form, and would be taken for a secret: give a private key as PEM, as a JWK (an object, not JSON text) or as a KeyObject.`,
    )
  }
  return createSecretKey(bytes)
}

/** Whether bytes are a key in a form that is not taken: who holds a public key could sign with it as a secret. */
function isWrittenKey(bytes: Buffer): boolean {
  const text = bytes.toString('latin1').trimStart()
  if (/^(?:ssh-|ecdsa-sha2-|sk-|-{2,} ?BEGIN )/.test(text)) return true
  if (text.startsWith('{') && /"(?:kty|keys)"/.test(text)) return true
  return [
    () => createPublicKey({ key: bytes, format: 'der', type: 'spki' }),
    () => createPublicKey({ key: bytes, format: 'der', type: 'pkcs1' }),
    () => createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' }),
    () => createPrivateKey({ key: bytes, format: 'der', type: 'sec1' }),
    () => createPrivateKey({ key: bytes, format: 'der', type: 'pkcs1' }),
  ].some(succeeds)
}

function succeeds(act: () => unknown): boolean {
  try {
    act()
    return true
  } catch {
    return false
  }
}

function pemObject(pem: string): KeyObject {
  return /-----BEGIN (?:PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----/.test(pem)
    ? createPublicKey(pem)
    : createPrivateKey(pem)
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
