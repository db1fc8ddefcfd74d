import type { ServerResponse } from 'node:http'
import type { MaybePromise } from '../grant-store.js'
import type { LimitName } from '../event.js'
import { andThen, whenAll } from '../async/maybe-promise.js'
import type { Count } from './counter.js'
import { HeldPlace, type Place } from './held-place.js'
import { Waiter, type Patience, type Refusal } from './waiter.js'

/** A place with the count that was read there. */
export interface Look extends Place {
  readonly count: Count
}

/** A limit that has refused an attempt. */
export interface Refused extends Refusal {
  readonly limit: LimitName
}

/** Who waits, and for how long. */
export interface Waiting {
  readonly response: ServerResponse
  readonly patience: Patience
  /** Whether not to wait for attempts that may be under way in other processes. Default: `false`. */
  readonly isAlone?: boolean
}

/** How many attempts may wait at one key. */
const MOST_AT_KEY = 1000

/** How many attempts may wait at a key of a shared store for attempts that may be under way in other processes. */
const MOST_FOR_OTHERS = 100

/** How long attempts wait for those other processes if nothing moves, in milliseconds. */
const WAIT_FOR_OTHERS_MS = 500

/** How often the first in a queue reads the count of a shared store, in milliseconds. */
const POLL_MS = 125

/** When to try again after attempts that are still under way have held the limit, in seconds. */
const RETRY_SOON = 3

/** Reads the counts at the places. */
export function lookAt(places: readonly Place[]): MaybePromise<readonly Look[]> {
  return whenAll(
    places.map((place) => andThen(place.limiter.counter.count(place.key), (count) => ({ ...place, count }))),
  )
}

/** Whether an attempt was refused. */
export function isRefused(outcome: readonly HeldPlace[] | Refused): outcome is Refused {
  return 'retryAfter' in outcome
}

/**
 * Counts an attempt at all of its places or at none. If one has no room, nothing is written.
 *
 * If a limit is reached by attempts that are still under way and may yet be given back, the attempt waits for them in queue,
 * holds nothing meanwhile, and then tries again at all places: 40 logins of one user at once are not an attack, while no more
 * guesses are made than the limit allows. Without `waiting` it is refused at once.
 */
export function reserveTogether(
  look: () => MaybePromise<readonly Look[]>,
  waiting?: Waiting,
): MaybePromise<readonly HeldPlace[] | Refused> {
  return andThen(take(look), (outcome) => {
    if (!isBlocked(outcome)) return outcome
    const isFinal =
      waiting === undefined || (isHeld(outcome) && (waiting.isAlone === true || !outcome.limiter.isShared))
    return isFinal ? { ...refusalOf(outcome), limit: outcome.name } : waitAndTake(look, outcome, waiting)
  })
}

async function waitAndTake(
  look: () => MaybePromise<readonly Look[]>,
  first: Look,
  { response, patience }: Waiting,
): Promise<readonly HeldPlace[] | Refused> {
  const waiter = new Waiter(response, patience)
  for (let blocked = first; ;) {
    const { limiter, key, name } = blocked
    const queue = limiter.queues.join(key, waiter, isHeld(blocked) ? MOST_FOR_OTHERS : MOST_AT_KEY)
    if (queue === undefined) return { ...refusalOf(blocked), limit: name }
    try {
      do {
        const refusal = await turn(blocked, waiter)
        if (refusal !== undefined) return { ...refusal, limit: name }
        const outcome = await take(look, () => queue.isFirst(waiter))
        if (!isBlocked(outcome)) return outcome
        blocked = outcome
      } while (blocked.limiter === limiter && blocked.key === key)
    } finally {
      limiter.queues.leave(key, waiter)
    }
  }
}

/** Waits until it is time to look again. Resolves to a refusal if there is no more point in waiting. */
async function turn(blocked: Look, waiter: Waiter): Promise<Refusal | undefined> {
  const { count, limiter, key } = blocked
  const queue = limiter.queues.at(key)
  queue?.see(count)
  if (isHeld(blocked)) queue?.refuseAfter(limiter.isShared ? WAIT_FOR_OTHERS_MS : 0, refusalOf(blocked))
  else if (count.hits < limiter.limit) queue?.wakeFirst() // a window has ended
  if (!waiter.isPatient) return refusalOf(blocked)
  return waiter.pause(limiter.isShared && queue?.isFirst(waiter) === true ? POLL_MS : Infinity)
}

/** @param isFirst Whether the attempt is the first of those that wait in its queue. Others may not overtake them. */
function take(
  look: () => MaybePromise<readonly Look[]>,
  isFirst = () => false,
): MaybePromise<readonly HeldPlace[] | Look> {
  return andThen(look(), (looks) => {
    const blocked = blockedAt(looks, isFirst())
    if (blocked !== undefined) return blocked
    return andThen(whenAll(looks.map((place) => HeldPlace.at(place))), (held) => {
      const tooMany = held.find(({ isOverLimit }) => isOverLimit)
      if (tooMany === undefined) return held
      return andThen(whenAll(held.map((one) => one.withdraw())), () => ({ ...tooMany.place, count: tooMany.count }))
    })
  })
}

/** A place where the attempt may not count now: one where it will not for the longest time. */
function blockedAt(looks: readonly Look[], isFirst: boolean): Look | undefined {
  let blocked: Look | undefined
  for (const look of looks) {
    const { count, limiter, key } = look
    const hasRoom = count.hits < limiter.limit && (isFirst || (limiter.queues.at(key)?.length ?? 0) === 0)
    if (!hasRoom && (blocked === undefined || refusalOf(look).retryAfter > refusalOf(blocked).retryAfter))
      blocked = look
  }
  return blocked
}

/** Whether there would be no room even if all attempts under way in this process were given back. */
function isHeld({ count, limiter, key }: Look): boolean {
  return count.hits - (limiter.queues.at(key)?.underWay ?? 0) >= limiter.limit
}

function refusalOf(look: Look): Refusal {
  return { retryAfter: isHeld(look) ? look.limiter.secondsLeft(look.count) : RETRY_SOON, isGone: false }
}

function isBlocked(outcome: readonly HeldPlace[] | Look): outcome is Look {
  return 'count' in outcome
}
