import { hash } from 'node:crypto'
import { ipKeyGenerator } from 'express-rate-limit'
import { foldedName } from './folded-name.js'

/** Addresses of one IPv6 subscriber are one: express-rate-limit's default prefix. */
const IPV6_PREFIX = 56

/**
 * An address as limiters count it. One that is not known is one address, so that not knowing limits rather than frees.
 * It stands in the clear, as in every access log: it is what an operator has to block, and gone when its window is over.
 */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  // A backend asks for all its users from one address.
  if (last.address !== address) last = { address, key: ipKeyGenerator(address, IPV6_PREFIX) }
  return last.key
}

let last = { address: '', key: '' }

/** A subject as limiters count it: under the same key as a user name, and never equal to one. */
export function subjectKey(secret: string, subject: string): string {
  return hash('sha256', `${secret}\0subject\0${subject}`, 'base64url')
}

/**
 * A user name as limiters count it: under a key of the server's own, so that a store that leaks does not reveal names, and the
 * same key for all spellings that {@link foldedName} folds to one form, because each spelling counted separately would allow
 * as many guesses again.
 */
export function usernameKey(secret: string, username: string): string {
  return hash('sha256', `${secret}\0${foldedName(username)}`, 'base64url')
}

/**
 * A user name as it was spelt, keyed. An address is known to the spelling that logged in there: another user whose name
 * counts as the same must not make his address one that is known to this one.
 */
export function exactNameKey(secret: string, username: string): string {
  return hash('sha256', `${secret}\0spelled\0${username}`, 'base64url')
}

/**
 * A user at an address, for counts and for the memory of known addresses: one hash of both, so that a store that leaks does
 * not tell from where somebody logs in. The name is keyed already; the secret keeps addresses from being tried.
 */
export function userAtAddressKey(secret: string, nameKey: string, address: string): string {
  return hash('sha256', `${secret}\0${nameKey}\0${address}`, 'base64url')
}
