import { selfAdmitting, type PasswordVerifier } from '../password-admission.js'
import { requireSecondFactor } from '../second-factor-required.js'
import { described } from '../shown.js'
import { asError, countedAccount } from './counted-account.js'
import { dummyHash } from './dummy-hash.js'
import { checkedOptions, type PasswordVerifierOptions } from './password-verifier-options.js'
import { rehash } from './rehash.js'

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
