import type { Lifetime } from '../lifetime.js'

/** How password checks are let through, first come first served: hashes fill the thread pool that files and look-ups need too. */
export interface PasswordChecksOptions {
  /**
   * So many at once. Default: as many as there are cores, but one less than libuv has threads (`UV_THREADPOOL_SIZE`). Where
   * another server checks the passwords, as with LDAP, give more.
   */
  atOnce?: number
  /** So many wait; the next login is a 503 at once. Default: `1000`. */
  waiting?: number
  /** So long; then it is a 503. Default: `'10s'`. */
  wait?: Lifetime
  /** So long may a check take; then it is a 500, and the next one begins. Default: `'30s'`. */
  timeout?: Lifetime
}
