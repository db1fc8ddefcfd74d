import type { AuthenticationMethods } from '../tokens/authentication-methods.js'
import type { EventRequest, SecondFactorRefusal } from '../event.js'
import type { Reservation } from '../limits/limiter.js'
import { subjectKey } from '../limits/limit-key.js'
import { withinLimit } from '../limits/within-limit.js'
import { OAuthError } from '../oauth-error.js'
import type { SecondFactorSettings, Settings } from '../options/settings.js'
import type { LoginContext, User } from '../resource-owner.js'
import type { MfaToken } from '../tokens/mfa-token.js'
import { GrantStoreError } from '../stores/grant-store-error.js'
import { refusedSecondFactor } from './refused-second-factor.js'
import { spendMfaToken, takeAttempt } from './spend-mfa-token.js'
import { verdictOnAnswer, type Verdict } from './verdict-on-answer.js'

/** An answer to a second factor, with the mfa_token that it came with. */
export interface SecondFactorAnswer {
  readonly token: MfaToken
  readonly answer: string
  readonly context: LoginContext
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface AnsweredSecondFactor {
  readonly user: User
  readonly methods: AuthenticationMethods
}

/**
 * Tries an answer to a second factor: counted by user and by mfa_token before it is tried. Only a wrong answer counts, and
 * only a right one spends the mfa_token: of several at once, one.
 *
 * @throws OAuthError invalid_grant, or 429 `temporarily_unavailable`, or what `verify` throws
 * @throws GrantStoreError where the store does not say whether the mfa_token was spent
 */
export async function answeredSecondFactor(
  settings: Settings,
  secondFactor: SecondFactorSettings,
  given: SecondFactorAnswer,
  request: EventRequest,
): Promise<AnsweredSecondFactor> {
  const refused = (reason: SecondFactorRefusal) => refusedSecondFactor(settings, reason, given.token, request)
  const reservation = await reserve(settings, given.token, request)
  const { user, verdict } = await tried(secondFactor, given, refused).catch(async (error: unknown) => {
    // A refusal comes before the answer is tried, and a store that fails after a right answer has revealed nothing.
    const isRefusal = error instanceof OAuthError && error.status < 500
    if (isRefusal || error instanceof GrantStoreError) await reservation?.giveBack()
    else if ((await reservation?.giveBackError()) === false) settings.onMisconfiguration('check_throws', request)
    throw error
  })
  if (!verdict.isRight) {
    const refusal = refused(verdict.refusal === undefined ? 'wrong_answer' : 'application')
    throw verdict.refusal ?? refusal
  }
  await reservation?.giveBack()
  return { user, methods: verdict.methods }
}

/** Why an mfa_token that the store does not take is refused. */
const REFUSALS = { again: 'used_up', refused: 'revoked_meanwhile' } as const

/** Rejects if it comes to no verdict, or if the mfa_token was spent before or is older than `oauth.grants.revokeAll`. */
async function tried(
  secondFactor: SecondFactorSettings,
  { token, answer, context, now }: SecondFactorAnswer,
  refused: (reason: SecondFactorRefusal) => OAuthError,
): Promise<{ readonly user: User; readonly verdict: Verdict }> {
  const attempt = await takeAttempt(secondFactor, token, now)
  if (attempt !== 'first') throw refused(REFUSALS[attempt])
  const user = await secondFactor.findUser(token.subject, context)
  if (user === false || user === null || user === undefined) throw refused('user_refused')
  const verdict = await verdictOnAnswer(secondFactor, user, answer, context)
  if (!verdict.isRight) return { user, verdict }
  const use = await spendMfaToken(secondFactor, token, now)
  if (use !== 'first') throw refused(REFUSALS[use])
  return { user, verdict }
}

/** One user is limited whatever the mfa_token, because whoever has the password can get any number of those. */
function reserve(
  { limits, onEvent }: Settings,
  { subject, clientId, userKey }: MfaToken,
  request: EventRequest,
): Promise<Reservation | undefined> {
  const reserved = limits.secondFactor?.reserve(subjectKey(limits.secret(), subject))
  return withinLimit(reserved, { limit: 'secondFactor', clientId, userKey }, onEvent, request)
}
