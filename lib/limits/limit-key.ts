import { hash } from 'node:crypto'
import { ipKeyGenerator } from 'express-rate-limit'

/** Addresses of one IPv6 subscriber are one: express-rate-limit's default prefix. */
const IPV6_PREFIX = 56

/** An address as limiters count it. One that is not known is one address, so that not knowing limits rather than frees. */
export function addressKey(address: string | undefined): string {
  return address === undefined ? 'unknown' : ipKeyGenerator(address, IPV6_PREFIX)
}

/**
 * A user name as limiters count it: equal for `Alice`, `alice` and full-width forms, and under a key of the server's own,
 * so that a store that leaks tells nobody's name.
 */
export function usernameKey(secret: string, username: string): string {
  const folded = username.normalize('NFKC').toLowerCase().toUpperCase().normalize('NFKC').trim()
  return hash('sha256', `${secret}\0${folded}`, 'base64url')
}
