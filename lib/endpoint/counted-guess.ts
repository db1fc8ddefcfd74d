import { giveBackAll, giveBackErrors } from '../limits/error-budget.js'
import type { HeldPlace } from '../limits/held-place.js'
import { limitReached } from '../limits/limit-reached.js'
import { isRefused, lookAt, reserveTogether } from '../limits/reserve-together.js'
import type { Settings } from '../options/settings.js'
import type { ClientVerdict } from '../strategies/client-verdict.js'
import type { EndpointRequest } from './endpoint-request.js'

/** How long a request may wait for client authentications that are under way, in milliseconds. */
const PATIENCE_MS = 10_000

/**
 * Counts a client authentication by address before a strategy of the application is asked, so that guesses at the same time do
 * not slip through together, and gives it back if it succeeds. Requests wait while authentications that are under way hold the
 * limit, because those may still succeed.
 *
 * @throws OAuthError 429 `temporarily_unavailable` if failures have reached the limit, and whatever `ask` throws
 */
export async function countedGuess(
  settings: Settings,
  request: EndpointRequest,
  ask: () => ClientVerdict | Promise<ClientVerdict>,
): Promise<ClientVerdict> {
  const held = await reserve(settings, request)
  try {
    const verdict = await ask()
    if (verdict.client !== undefined) await giveBackAll(held)
    return verdict
  } catch (error) {
    if (!(await giveBackErrors(held))) settings.onMisconfiguration('check_throws', request)
    throw error
  } finally {
    for (const one of held) one.settle()
  }
}

async function reserve(settings: Settings, request: EndpointRequest): Promise<readonly HeldPlace[]> {
  const limiter = settings.limits.clientAddress
  if (limiter === undefined) return []
  const place = { name: 'clientAddress', limiter, key: request.addressKey, isCleared: false } as const
  const waiting = { response: request.response, patience: { left: PATIENCE_MS } }
  const outcome = await reserveTogether(() => lookAt([place]), waiting)
  if (!isRefused(outcome)) return outcome
  if (!outcome.isGone) {
    settings.onEvent(
      { type: 'limit_reached', limit: 'clientAddress', clientId: undefined, userKey: undefined },
      request,
    )
  }
  throw limitReached(outcome.retryAfter)
}
