import { setTimeout } from 'node:timers/promises'
import { demo } from '../demo.js'
import { homes, strangersAddresses } from './addresses.js'
import type { Victim } from './victim.js'

/**
 * The retry window of the authorization server beside this, and what a request takes. Within it an old token is a retry, which
 * answers what was answered.
 */
const RETRY_WINDOW_MS = 31_000

export interface StolenToken {
  /** What the thief has of his token. */
  readonly thiefGetsIn: boolean
  /** Whether bob, whose token was stolen, has to sign in again. */
  readonly sessionHasEnded: boolean
}

/**
 * Bob signs in, a thief copies his refresh token, and bob goes on. `replay`, called later, waits until the retry window is
 * over and lets the thief use his copy. `undefined` where bob could not sign in.
 */
export async function stealToken(victim: Victim): Promise<{ replay(): Promise<StolenToken> } | undefined> {
  const [elsewhere = ''] = strangersAddresses(1)
  const { refreshToken: stolen } = await victim.login(demo.bob.name, demo.bob.password, homes.bob)
  if (stolen === undefined) return undefined
  const { refreshToken: own = '' } = await victim.refresh(stolen, homes.bob)
  const spent = performance.now()
  return {
    async replay() {
      await setTimeout(Math.max(0, spent + RETRY_WINDOW_MS - performance.now()))
      const thief = await victim.refresh(stolen, elsewhere)
      const bob = await victim.refresh(own, homes.bob)
      return { thiefGetsIn: thief.outcome === 'signedIn', sessionHasEnded: bob.outcome === 'refused' }
    },
  }
}
