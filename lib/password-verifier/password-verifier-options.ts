import type { MaybePromise } from '../grant-store.js'
import { knownMembers, nonEmptyText, optionalFunction, wrong } from '../options/option-kinds.js'
import type { LoginContext, User } from '../resource-owner.js'

/** The options of `passwordVerifier`. Whatever is wrong with them is a `TypeError` at start-up. */
export interface PasswordVerifierOptions<U extends object = User> {
  /** Finds a user by the name that was typed, disabled ones too; `false`, `null` or `undefined` where there is none. Required. */
  findUser: (username: string, context: LoginContext) => MaybePromise<U | false | null | undefined>
  /**
   * Was the hash made of this password? What it throws is a 500. Required.
   *
   * argon2 packages take the arguments in this order; bcrypt wants `(hash, password) => bcrypt.compare(password, hash)`.
   */
  verify: (hash: string, password: string) => MaybePromise<boolean>
  /**
   * Makes a hash as they are made today. One of a random password is verified where there is no user, so that it takes as
   * long. Required unless `dummyHash` is given.
   */
  hash?: ((password: string) => MaybePromise<string>) | undefined
  /** A hash of a password that nobody knows, as they are made today, where this process makes none. */
  dummyHash?: string | undefined
  /** The hash of a user; `null`, `undefined` or an empty text for one who has none and cannot log in by a password. Default: its `passwordHash`. */
  hashOf?: ((user: U) => string | null | undefined) | undefined
  /** May the user log in? Asked after the right password only; `false` looks like a wrong one. Default: everybody may. */
  isAllowed?: ((user: U) => MaybePromise<boolean>) | undefined
  /**
   * Must the user give a second factor too, as with `requireSecondFactor`? Asked after the right password only; anything but
   * `false` says yes. Default: nobody must.
   */
  needsSecondFactor?: ((user: U) => MaybePromise<boolean>) | undefined
  /** Is the hash older than how they are made today? Asked after a login. Beside `hash` and `saveHash`. Default: none is. */
  needsRehash?: ((hash: string) => boolean) | undefined
  /**
   * Keeps a new hash of the same password, after the login was answered. Write it only where the row still has `oldHash`:
   * the user may have changed the password meanwhile. Beside `needsRehash`.
   */
  saveHash?: ((user: U, hash: string, oldHash: string) => MaybePromise<unknown>) | undefined
}

const OPTIONS = {
  findUser: true,
  verify: true,
  hash: true,
  dummyHash: true,
  hashOf: true,
  isAllowed: true,
  needsSecondFactor: true,
  needsRehash: true,
  saveHash: true,
} satisfies Record<keyof PasswordVerifierOptions, true>

/** The same options, once they are checked. @throws TypeError that names the option, what is wrong and what to do. */
export function checkedOptions<U extends object>(options: PasswordVerifierOptions<U>): PasswordVerifierOptions<U> {
  knownMembers('The argument of passwordVerifier', options, OPTIONS)
  for (const name of ['findUser', 'verify'] as const) {
    if (typeof options[name] !== 'function') throw wrong(`passwordVerifier.${name}`, options[name], 'give a function')
  }
  for (const name of ['hash', 'hashOf', 'isAllowed', 'needsSecondFactor', 'needsRehash', 'saveHash'] as const) {
    optionalFunction<unknown>(`passwordVerifier.${name}`, options[name])
  }
  const { hash, dummyHash, needsRehash, saveHash } = options
  if ((hash === undefined) === (dummyHash === undefined)) {
    throw new TypeError(
      `Give passwordVerifier one of hash and dummyHash${hash === undefined ? '' : ', not both'}: a function that makes a hash, or a hash of a password that nobody knows.`,
    )
  }
  if (dummyHash !== undefined) nonEmptyText('passwordVerifier.dummyHash', dummyHash)
  if ((needsRehash === undefined) !== (saveHash === undefined) || (needsRehash !== undefined && hash === undefined)) {
    throw new TypeError(
      'passwordVerifier needs needsRehash, hash and saveHash together to make outdated hashes anew: give all three, or neither needsRehash nor saveHash.',
    )
  }
  return Object.freeze({ ...options })
}
