import type { EndpointRequest } from '../endpoint/endpoint-request.js'
import { subjectKey } from '../limits/limit-key.js'
import type { Reservation } from '../limits/limiter.js'
import { withinLimit } from '../limits/within-limit.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import type { User } from '../resource-owner.js'

/**
 * Has the application send a code to a user whose password was right. The code counts before it is sent, so that logins at
 * the same time do not send more codes than the limit allows.
 *
 * @throws OAuthError 429 `temporarily_unavailable` if too many codes were sent, or if no answer would be accepted for now;
 * and whatever `secondFactor.sendCode` throws
 */
export async function sendCode(settings: Settings, request: EndpointRequest, user: User): Promise<void> {
  const send = settings.secondFactor?.sendCode
  if (send === undefined) return
  const { limits, onEvent } = settings
  const { subject, userKey, knownClient: client, scope, http } = request
  const key = subjectKey(limits.secret(), subject)
  const whose = { clientId: client?.id, userKey }
  await withinLimit(limits.secondFactor?.check(key), { limit: 'secondFactor', ...whose }, onEvent, request)
  const prompt = { limit: 'secondFactorPrompt', ...whose } as const
  const reservation = await withinLimit(reservePrompt(settings, key), prompt, onEvent, request)
  try {
    await send(user, { client, scope, request: http })
  } catch (error) {
    // An outage must not use up what users may ask for. A refusal by the application may come after it has sent the code.
    if (!(error instanceof OAuthError) || error.status >= 500) await reservation?.giveBackError()
    throw error
  }
}

async function reservePrompt({ limits }: Settings, key: string): Promise<Reservation | undefined> {
  try {
    return await limits.secondFactorPrompt?.reserve(key)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    const { code, status, headers } = error
    throw new OAuthError(code, 'Too many codes were sent; try again later', { status, headers })
  }
}
