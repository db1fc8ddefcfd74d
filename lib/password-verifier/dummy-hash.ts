import { randomText } from '../random-text.js'
import { described } from '../values/shown.js'
import type { PasswordVerifierOptions } from './password-verifier.js'

/** Of random passwords: below the 72 bytes of bcrypt. */
const BYTES = 32

/**
 * A hash to verify against where there is none, made at start-up in the way of today, and so at the cost of a wrong password.
 * It also proves that `verify` fits: it rejects, and is tried again, where that answers `true` for another password, or not
 * `true` for the right one.
 */
export function dummyHash<U extends object>(options: PasswordVerifierOptions<U>): () => Promise<string> {
  const { hash, verify } = options

  async function make(): Promise<string> {
    const password = randomText(BYTES)
    const made: unknown = options.dummyHash ?? (await hash?.(password))
    if (typeof made !== 'string' || made === '') {
      throw new TypeError(`passwordVerifier.hash returned ${described(made)}: it must return the hash as a string.`)
    }
    const takesOther: unknown = await verify(made, randomText(BYTES))
    const takesRight: unknown = hash === undefined ? true : await verify(made, password)
    if (takesOther !== false || takesRight !== true) {
      throw new TypeError(
        'passwordVerifier.verify does not fit the hash: it must answer true for the password that a hash was made of, and false for any other. It is called as verify(hash, password); bcrypt.compare takes them the other way round.',
      )
    }
    return made
  }

  let pending: Promise<string> | undefined
  function begun(): Promise<string> {
    const making = make()
    // The login that waits for it is told; at start-up nobody is.
    making.catch(() => (pending = undefined))
    return making
  }
  pending = begun()
  return () => (pending ??= begun())
}
