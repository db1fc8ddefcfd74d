import { hash } from 'node:crypto'
import { ipKeyGenerator } from 'express-rate-limit'

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

/** What a name may be filled with and still look, and in many a database be, the same: accents, and what is not seen. */
const IGNORED = /[\u0300-\u036f\p{Default_Ignorable_Code_Point}]/gu

/**
 * A user name as limiters count it: under a key of the server's own, so that a store that leaks tells nobody's name, and
 * equal for all that some database or other takes for one name, because each spelling that counts apart is so many guesses
 * more. `Alice`, `alice`, `ALICE ` and full-width forms are one, so are `ß` and `SS`, the four letters i of Turkish, `é` and
 * `e` (MySQL compares so unless told otherwise), and names with a zero-width space in them. Two users whose names are one
 * here do no more than share what a guesser has left.
 */
export function usernameKey(secret: string, username: string): string {
  const folded = username.normalize('NFKD').toLowerCase().toUpperCase().normalize('NFKD').replace(IGNORED, '').trim()
  return hash('sha256', `${secret}\0${folded}`, 'base64url')
}

/**
 * A user name as it was spelt, keyed. An address is known to the spelling that logged in there: another user whose name
 * counts as the same must not make his address one that is known to this one.
 */
export function spelledNameKey(secret: string, username: string): string {
  return hash('sha256', `${secret}\0spelled\0${username}`, 'base64url')
}

/**
 * A user at an address, for counts and for the memory of known addresses: one hash of both, so that a store that leaks does
 * not tell from where somebody logs in. The name is keyed already; the secret keeps addresses from being tried.
 */
export function userAtAddressKey(secret: string, nameKey: string, address: string): string {
  return hash('sha256', `${secret}\0${nameKey}\0${address}`, 'base64url')
}
