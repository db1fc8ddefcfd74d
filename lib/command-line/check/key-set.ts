import { isPlainObject } from '../../options/option-kinds.js'
import { PRIVATE_MEMBERS, verificationKey } from '../../tokens/verification-key.js'
import { shown } from '../../values/shown.js'
import { found, type Finding } from './finding.js'
import { probe } from './probe.js'

/** The public keys of the server (RFC 7517). Without `jwks_uri` it signs by a secret, and there are none. @throws UnreachableError */
export async function keySetFindings(jwksUri: URL | undefined): Promise<readonly Finding[]> {
  if (jwksUri === undefined) {
    return [
      {
        outcome: 'pass',
        about: 'keys',
        message: 'None are published: the server signs by a secret, if this is meant.',
      },
    ]
  }
  const { status, json, headers } = await probe(jwksUri)
  const listed = json?.['keys']
  const keys: readonly unknown[] = Array.isArray(listed) ? listed : []
  if (status !== 200 || keys.length === 0) {
    return [
      {
        outcome: 'fail',
        about: 'keys',
        message: `${jwksUri.href} answers ${status} and no key.`,
        remedy: 'Answer a JWK Set as JSON with the public keys, or leave jwks_uri out.',
      },
    ]
  }
  const secret = keys.filter((key) => isPlainObject(key) && PRIVATE_MEMBERS.some((member) => member in key))
  const unusable = keys.filter((key) => !secret.includes(key) && keyFault(key) !== undefined)
  const ids = keys.map((key) => (isPlainObject(key) ? key['kid'] : undefined))
  return [
    found({
      about: 'keys',
      isKept: secret.length === 0,
      kept: `There are ${keys.length}, with public members only.`,
      broken: `Private members are published: kid ${secret.map((key) => shown(kidOf(key))).join(', ')}.`,
      remedy: 'Take the key out of use at once: whoever has seen it can sign tokens.',
    }),
    found({
      about: 'key strength',
      isKept: unusable.length === 0,
      kept: 'Each is of RSA (2048 bits or more) or EC, and has a kid.',
      broken: unusable.map((key) => `Kid ${shown(kidOf(key))} ${keyFault(key) ?? ''}.`).join(' '),
      remedy: 'Make another with "npx express-oauth-password-grant key".',
    }),
    found({
      about: 'key ids',
      isKept: new Set(ids).size === ids.length,
      kept: 'No two are the same.',
      broken: 'Two keys have the same kid, or none.',
      remedy: 'Leave keyId out: the thumbprint tells keys apart.',
    }),
    found({
      about: 'key caching',
      isKept: !/no-store/i.test(headers['cache-control'] ?? 'no-store'),
      kept: 'The keys may be cached.',
      broken: 'The keys may not be cached, or it is not said for how long.',
      remedy: 'Send Cache-Control with a max-age of some minutes.',
      severity: 'warn',
    }),
  ]
}

function kidOf(key: unknown): unknown {
  return isPlainObject(key) ? key['kid'] : undefined
}

/** Why nobody can check a token by a key; `undefined` where they can, or where it is there for something else. */
function keyFault(key: unknown): string | undefined {
  if (!isPlainObject(key)) return 'is no JSON object'
  if (key['use'] !== undefined && key['use'] !== 'sig') return undefined
  if (typeof key['kid'] !== 'string' || key['kid'] === '') return 'is missing, so that no token can name the key'
  if (verificationKey(key) !== undefined) return undefined
  const bits =
    key['kty'] === 'RSA' && typeof key['n'] === 'string' ? Buffer.from(key['n'], 'base64url').length * 8 : 2048
  return bits < 2048
    ? `has ${bits} bits, and 2048 are the least`
    : 'is weak, malformed, or of a kind or alg that is not taken'
}
