/**
 * Why a password was not checked: as many waited already as may (`full`), its turn did not come in time (`waited`), or
 * whoever asked has hung up meanwhile (`gone`).
 */
export type ShedReason = 'full' | 'waited' | 'gone'
