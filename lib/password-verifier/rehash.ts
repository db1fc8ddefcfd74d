import type { Admission } from '../admission/password-admission.js'
import type { PasswordVerifierOptions } from './password-verifier.js'

/** Told of a login that succeeded, with the hash that the password was verified against. */
export type Rehash<U> = (user: U, oldHash: string, password: string, admission: Admission) => void

/**
 * Hashes a password anew where its hash is out of date: beside the login, which neither waits for it nor fails with it, and
 * after all checks that wait. One hash is made anew by one login at a time.
 */
export function rehash<U extends object>({ needsRehash, hash, saveHash }: PasswordVerifierOptions<U>): Rehash<U> {
  if (needsRehash === undefined || hash === undefined || saveHash === undefined) return () => undefined
  const underWay = new Set<string>()

  return (user, oldHash, password, admission) => {
    try {
      if (underWay.has(oldHash) || !needsRehash(oldHash)) return
    } catch (error) {
      admission.tellTrouble(error)
      return
    }
    admission.whenIdle(async () => {
      if (underWay.has(oldHash)) return
      underWay.add(oldHash)
      try {
        await saveHash(user, await hash(password), oldHash)
      } finally {
        underWay.delete(oldHash)
      }
    })
  }
}
