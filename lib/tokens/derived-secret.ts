import { hkdfSync } from 'node:crypto'
import { MIN_SECRET_BYTES } from './key-object.js'

/** What a secret is used for beside signing: each use has a secret of its own (HKDF-SHA256), from which nobody gets back. */
export type SecretUse = 'refresh token' | 'mfa token' | 'limit key'

export function derivedSecret(secret: Buffer, use: SecretUse): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', use, MIN_SECRET_BYTES))
}
