/**
 * Why a password was not checked: the queue, or the share of it that the address or the name may have, was full (`full`), its
 * turn did not come in time (`waited`), or the client has hung up meanwhile (`gone`).
 */
export type ShedReason = 'full' | 'waited' | 'gone'
