import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
  type webcrypto,
} from 'node:crypto'

/** The public key of a client as a JWK: an EC key on P-256, for ES256. */
export type PublicJwk = Readonly<Record<'kty' | 'crv' | 'x' | 'y', string> & { kid?: string }>

/** The private key of a client as a JWK. */
export type PrivateJwk = PublicJwk & Readonly<Record<'d', string>>

export function newPrivateJwk(): PrivateJwk {
  return jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
}

/** Reads a private JWK on P-256 from JSON. Returns `undefined` for everything else. */
export function parsePrivateJwk(json: string): PrivateJwk | undefined {
  try {
    const jwk: unknown = JSON.parse(json)
    if (typeof jwk !== 'object' || jwk === null) return undefined
    const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' })
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1' || !isPair(key)) return undefined
    return { ...jwkOf(key), ...('kid' in jwk && typeof jwk.kid === 'string' ? { kid: jwk.kid } : {}) }
  } catch {
    return undefined
  }
}

/** The half that the authorization server gets. */
export function publicJwkOf({ kty, crv, x, y, kid }: PrivateJwk): PublicJwk {
  return { kty, crv, x, y, ...(kid === undefined ? {} : { kid }) }
}

/** The key as the Web Cryptography API signs with it. It cannot be exported again. */
export async function clientKeyOf({ kid, ...jwk }: PrivateJwk): Promise<{ key: webcrypto.CryptoKey; kid?: string }> {
  const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  return { key, ...(kid === undefined ? {} : { kid }) }
}

/** Node.js does not check that the public numbers of a JWK belong to the private one. */
function isPair(key: KeyObject): boolean {
  const message = Buffer.from('a message')
  return verify('sha256', message, createPublicKey(key), sign('sha256', message, key))
}

function jwkOf(key: KeyObject): PrivateJwk {
  const { kty = '', crv = '', x = '', y = '', d = '' } = key.export({ format: 'jwk' })
  return { kty, crv, x, y, d }
}
