import { createHmac, type KeyObject } from 'node:crypto'

/** Part of a JWT: JSON, or a text just as it is. */
function encoded(part: unknown): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
}

/** A JWT that an attacker, or a key of ours in other hands, could write: any header, any payload, HMAC by any secret. */
export function forgedJwt(
  header: unknown,
  payload: unknown,
  secret: KeyObject | string | Buffer,
  hash: 'sha256' | 'sha384' | 'sha512' = 'sha256',
): string {
  const input = `${encoded(header)}.${encoded(payload)}`
  return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`
}
