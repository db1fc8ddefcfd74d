import type { Lifetime } from '../lifetime.js'

/**
 * Limits how many password checks run at once, because hashes fill the thread pool that file access and DNS lookups need too.
 * The other logins wait in a queue in which addresses take turns, and user names at each address, so that nobody can crowd
 * out everybody else.
 */
export interface PasswordChecksOptions {
  /**
   * Maximum number of checks at once; one user name has at most half of them. Default: the number of cores, but one less than
   * libuv has threads (`UV_THREADPOOL_SIZE`). If another server checks the passwords, as with LDAP, set a higher number.
   */
  concurrency?: number | undefined
  /**
   * Maximum number of logins in the queue; one user name has at most a tenth of it (or ten places, but no more than half).
   * When the queue is full, a login from an address with few others waiting takes the place of the newest one from the
   * address with the most; whoever has no place gets a 503 at once. Default: `1000`.
   */
  maxQueued?: number | undefined
  /** Maximum time in the queue; after that the login gets a 503. Default: `'10s'`. */
  queueTimeout?: Lifetime | undefined
  /** Maximum time for one check; after that the login gets a 500, and the next check begins. Default: `'30s'`. */
  timeout?: Lifetime | undefined
}
