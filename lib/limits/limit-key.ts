import { hash } from 'node:crypto'
import { ipKeyGenerator } from 'express-rate-limit'

/** Addresses of one IPv6 subscriber are one: express-rate-limit's default prefix. */
const IPV6_PREFIX = 56

/** An address as limiters count it. One that is not known is one address, so that not knowing limits rather than frees. */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  // A backend asks for all its users from one address.
  if (last.address !== address) last = { address, key: ipKeyGenerator(address, IPV6_PREFIX) }
  return last.key
}

let last = { address: '', key: '' }

/**
 * A user name as limiters count it: equal for `Alice`, `alice` and full-width forms, and under a key of the server's own,
 * so that a store that leaks tells nobody's name.
 */
export function usernameKey(secret: string, username: string): string {
  const folded = username.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC').trim()
  return hash('sha256', `${secret}\0${folded}`, 'base64url')
}
