import { MemoryStore } from 'express-rate-limit'
import type { MaybePromise } from '../grant-store.js'
import { andThen } from '../async/maybe-promise.js'
import type { Counter } from './counter.js'
import type { SharedStore } from './limiter.js'
import { openCounter } from './open-counter.js'

/** Remembers from which addresses a user has logged in lately. */
export interface KnownAddresses {
  /** `false` also if the store does not reply: an outage must not lift a limit. */
  has(key: string): MaybePromise<boolean>
  /** A login has succeeded there. */
  remember(key: string): MaybePromise<void>
}

/** How much of the window may have passed before a login begins it anew, so that not every login writes twice. */
const FRESH = 0.1

/**
 * @param window How long a login is remembered, in seconds; up to a tenth less if there was another login shortly before.
 * @param shared Default: this process's memory.
 */
export function knownAddresses(window: number, shared?: SharedStore): KnownAddresses {
  const windowMs = window * 1000
  const logins = openCounter(shared?.store ?? new MemoryStore(), windowMs)
  const has = (key: string) =>
    andThen(logins.count(key), ({ hits, resetsAt }) => hits > 0 && (resetsAt === undefined || resetsAt > Date.now()))
  const remember = (key: string) => renewed(logins, key, windowMs)
  if (shared === undefined) return { has, remember }
  const { guard, onFailure } = shared
  return {
    has: (key) => guard(() => has(key), onFailure).catch(() => false),
    remember: (key) => guard(() => remember(key), onFailure).catch(() => undefined),
  }
}

/** A store's window begins with the first hit, and later hits do not extend it. */
function renewed(logins: Counter, key: string, windowMs: number): MaybePromise<void> {
  return andThen(logins.add(key), (hit) => {
    const { hits, resetsAt } = hit
    if (hits === 1 || resetsAt === undefined) return
    if (resetsAt - Date.now() > windowMs * (1 - FRESH)) return
    return andThen(hit.clear(), () => andThen(logins.add(key), () => undefined))
  })
}
