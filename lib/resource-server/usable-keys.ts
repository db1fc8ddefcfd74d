import { verificationKey, type VerificationKey } from '../tokens/verification-key.js'

/** Keys of a set beyond these are not looked at. */
const MAX_KEYS = 100

/**
 * The keys of a JWK Set that can verify tokens, by their `kid`. Of two with one `kid` the first is taken. One that was known
 * already is the same object, so that what has been verified by it is still known to be.
 */
export function usableKeys(
  set: readonly Readonly<Record<string, unknown>>[],
  known: ReadonlyMap<string, VerificationKey> | undefined,
): ReadonlyMap<string, VerificationKey> {
  const keys = new Map<string, VerificationKey>()
  for (const key of set.slice(0, MAX_KEYS).map(verificationKey)) {
    if (key === undefined || keys.has(key.id)) continue
    const old = known?.get(key.id)
    keys.set(key.id, old !== undefined && isSame(old, key) ? old : key)
  }
  return keys
}

function isSame(one: VerificationKey, other: VerificationKey): boolean {
  return one.algorithm === other.algorithm && one.verifyWith.equals(other.verifyWith)
}
