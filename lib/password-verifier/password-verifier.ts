import { selfAdmitting, type PasswordVerifier } from '../admission/password-admission.js'
import type { MaybePromise } from '../grant-store.js'
import { knownMembers, nonEmptyText, optionalFunction, wrong } from '../options/option-kinds.js'
import type { LoginContext, User } from '../resource-owner.js'
import { requireSecondFactor } from '../second-factor-required.js'
import { described } from '../values/shown.js'
import { asError, countedAccount } from './counted-account.js'
import { dummyHash } from './dummy-hash.js'
import { rehash } from './rehash.js'

/** The options of `passwordVerifier`, which throws a `TypeError` if one of them is wrong. */
export interface PasswordVerifierOptions<U extends object = User> {
  /** Finds a user by the name that was typed, disabled users too; returns `false`, `null` or `undefined` if there is no such user. Required. */
  findUser: (username: string, context: LoginContext) => MaybePromise<U | false | null | undefined>
  /**
   * Returns whether the hash was made of this password. If it throws, for example because the hash is malformed, that is a 500.
   * Required.
   *
   * argon2 packages take the arguments in this order; for bcrypt give `(hash, password) => bcrypt.compare(password, hash)`.
   */
  verify: (hash: string, password: string) => MaybePromise<boolean>
  /**
   * Makes a hash with today's algorithm and cost. For an unknown user, a hash of a random password is verified, so that it takes
   * as long. Required unless `dummyHash` is given.
   */
  hash?: ((password: string) => MaybePromise<string>) | undefined
  /** A hash, made with today's algorithm and cost, of a password that nobody knows. Give it if this process makes no hashes. */
  dummyHash?: string | undefined
  /** Returns the hash of a user; `null`, `undefined` or an empty string if the user has no password. Default: the user's `passwordHash`. */
  hashOf?: ((user: U) => string | null | undefined) | undefined
  /** Returns whether the user may log in. Called only after the right password; `false` looks like a wrong one. Default: everybody may. */
  isAllowed?: ((user: U) => MaybePromise<boolean>) | undefined
  /**
   * Returns whether the user must give a second factor too, as with `requireSecondFactor`. Called only after the right password;
   * anything but `false` means yes. Default: nobody must.
   */
  needsSecondFactor?: ((user: U) => MaybePromise<boolean>) | undefined
  /** Returns whether a hash is outdated. Called after a successful login. Needs `hash` and `saveHash`. Default: no hash is. */
  needsRehash?: ((hash: string) => boolean) | undefined
  /**
   * Stores a new hash of the same password, after the response to the login. Write it only if the row still has `oldHash`,
   * because the user may have changed the password meanwhile. Needs `needsRehash`.
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

/** The same options, checked. @throws TypeError that names the option, what was found and what to do. */
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

/**
 * Makes an `authenticateUser` that takes as long for a user who is unknown, disabled or without a hash, and for an empty
 * password, as for a wrong password; and that waits its turn with the hash alone, not with the look-up. Before it computes a
 * hash, it counts the login by the account that `findUser` found; an account whose limit is reached looks like an unknown user.
 * You can also call it by hand; then it neither waits nor counts.
 *
 * @throws TypeError where an option is wrong. What `findUser`, `verify`, `isAllowed` or `needsSecondFactor` throws is passed
 * on: a 500.
 */
export function passwordVerifier<U extends object>(options: PasswordVerifierOptions<U>): PasswordVerifier<U> {
  const given = checkedOptions(options)
  const { findUser, verify, isAllowed, needsSecondFactor } = given
  const dummy = dummyHash(given)
  const rehashLater = rehash(given)

  return selfAdmitting<U>(async function verifyPassword(username, password, context, admission) {
    const found = (await findUser(username, context)) || undefined
    const { user, trouble } = await countedAccount(found, context.countAccount)
    const stored = trouble === undefined ? storedHash(given, user) : { trouble }
    const nobodys = await dummy()
    const isRight = await admission.admit(() => isRightPassword(stored, nobodys, password))
    if (user === undefined || !isRight || stored.hash === undefined) return undefined
    const mayLogIn: unknown = isAllowed === undefined ? true : await isAllowed(user)
    if (mayLogIn !== true) return undefined
    const needsMore: unknown = needsSecondFactor === undefined ? false : await needsSecondFactor(user)
    rehashLater(user, stored.hash, password, admission)
    return needsMore === false ? user : requireSecondFactor(user)
  })

  /** Trouble costs a hash as well, or it would tell that there is such a user. */
  async function isRightPassword(stored: StoredHash, nobodys: string, password: string): Promise<boolean> {
    let answer: unknown
    try {
      answer = await verify(stored.hash ?? nobodys, password)
    } catch (error) {
      if (stored.hash !== undefined) await spendTimeOn(nobodys, password)
      throw error
    }
    if (stored.trouble !== undefined) throw stored.trouble
    if (typeof answer !== 'boolean')
      throw new TypeError(`passwordVerifier.verify must return true or false; it returned ${described(answer)}.`)
    return answer && stored.hash !== undefined && password !== ''
  }

  async function spendTimeOn(nobodys: string, password: string): Promise<void> {
    try {
      await verify(nobodys, password)
    } catch {
      // The trouble before is what is told.
    }
  }
}

/** A user's hash, or none, or why it cannot be told. */
interface StoredHash {
  readonly hash?: string
  readonly trouble?: Error
}

function storedHash<U extends object>({ hashOf }: PasswordVerifierOptions<U>, user: U | undefined): StoredHash {
  if (user === undefined) return {}
  try {
    const hash: unknown = hashOf === undefined ? passwordHashOf(user) : hashOf(user)
    if (hash === null || hash === undefined || hash === '') return {}
    if (typeof hash === 'string') return { hash }
    return {
      trouble: new TypeError(
        `The hash of a user is ${described(hash)}: give passwordVerifier a hashOf that returns it as a string.`,
      ),
    }
  } catch (trouble) {
    return { trouble: asError(trouble) }
  }
}

/** One who has none says so by `null`: where the member is missing, it has another name. */
function passwordHashOf(user: object): unknown {
  if ('passwordHash' in user) return user.passwordHash
  throw new TypeError(
    'passwordVerifier.findUser returned a user without passwordHash: give hashOf, a function that returns the hash of a user.',
  )
}
