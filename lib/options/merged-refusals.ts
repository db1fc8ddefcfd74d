import { beforeExit, notBeforeExit } from '../async/before-exit.js'
import type { OAuthEvent, RefusalType } from '../event.js'

export type Refusal = Extract<OAuthEvent, { readonly type: RefusalType }>

/**
 * More than an honest crowd causes: of the 190 argon2id hashes a second of two cores one in ten is refused. An audit trail so
 * has every single refusal on every ordinary day, and during a flood twenty examples of each kind in each second.
 */
const MAX_SINGLE = 20

/** Milliseconds. */
const INTERVAL = 1000

/** The refusals of one kind in the current second. */
interface Kind {
  single: number
  merged: Refusal | undefined
}

/**
 * Passes refusals on one by one, up to twenty of a kind in a second. The others of that second become one event, with their
 * number as `count` and only those members that are the same for all of them. A kind is a type, its reason or limit, and a
 * client, so an attacker cannot make up any number of kinds. No refusal is lost: what is pending when the process ends is
 * passed on then.
 */
export function mergedRefusals(tell: (refusal: Refusal) => void): (refusal: Refusal) => void {
  const kinds = new Map<string, Kind>()
  let begin = -Infinity
  let timer: NodeJS.Timeout | undefined

  function endSecond(): void {
    clearTimeout(timer)
    timer = undefined
    notBeforeExit(endSecond)
    begin = -Infinity
    const all = [...kinds.values()]
    kinds.clear()
    for (const { merged } of all) if (merged !== undefined) tell(merged)
  }

  return (refusal) => {
    const now = performance.now()
    if (now - begin >= INTERVAL) {
      endSecond()
      begin = now
    }
    const name = nameOf(refusal)
    const kind = kinds.get(name) ?? { single: 0, merged: undefined }
    kinds.set(name, kind)
    if (kind.single < MAX_SINGLE) {
      kind.single += 1
      tell(refusal)
      return
    }
    kind.merged = kind.merged === undefined ? refusal : merge(kind.merged, refusal)
    if (timer !== undefined) return
    timer = setTimeout(endSecond, begin + INTERVAL - now).unref()
    beforeExit(endSecond)
  }
}

/** Only `clientId` may contain spaces. */
function nameOf(refusal: Refusal): string {
  const { type, clientId } = refusal
  const reason = type === 'limit_reached' ? refusal.limit : refusal.reason
  const code = type === 'login_refused' ? refusal.code : ''
  return `${type} ${reason} ${code}${clientId === undefined ? '' : ` ${clientId}`}`
}

function merge(one: Refusal, other: Refusal): Refusal {
  return {
    ...one,
    ...('userKey' in one && 'userKey' in other ? { userKey: shared(one.userKey, other.userKey) } : {}),
    ...('got' in one && 'got' in other ? sharedComparison(one, other) : {}),
    count: one.count + other.count,
    time: other.time,
    requestId: shared(one.requestId, other.requestId),
    address: shared(one.address, other.address),
    endUserAddress: shared(one.endUserAddress, other.endUserAddress),
  }
}

type AccessTokenRefused = Extract<Refusal, { readonly type: 'access_token_refused' }>

function sharedComparison(one: AccessTokenRefused, other: AccessTokenRefused) {
  return {
    expected: shared(one.expected, other.expected),
    got: shared(one.got, other.got),
    subject: shared(one.subject, other.subject),
  }
}

function shared<T>(one: T, other: T): T | undefined {
  return one === other ? one : undefined
}
