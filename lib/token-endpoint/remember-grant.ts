import type { Request } from 'express'
import type { EndpointRequest } from '../endpoint/endpoint-request.js'
import type { Step } from '../endpoint/endpoint.js'
import { CLOCK_MARGIN } from '../stores/clock-margin.js'
import { newGrantId, type Grant } from '../grant.js'
import type { GrantStore, MaybePromise } from '../grant-store.js'
import { mfa } from '../grant-types/mfa.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import { refusedSecondFactor } from '../second-factor/refused-second-factor.js'
import { beginningOfLogin, PROMPT } from '../stores/beginning-of-login.js'
import { warnOfOneProcess } from '../stores/one-process-warning.js'

/** As much of `User-Agent` as a page of sessions shows. */
const USER_AGENT_LENGTH = 256

/**
 * Remembers the grant: one row for this login, however often it will be refreshed. A login that began before
 * `oauth.grants.revokeAll` is refused like one with a wrong password, which it may have by now.
 */
export function rememberGrant(settings: Settings): Step {
  const { grants, accessTokenLifetime, onEvent } = settings
  return async function rememberGrant(request) {
    if (grants === undefined) return
    const { client, subject, scope, http, endUserAddress, now } = request
    const mayRefresh = client.grantTypes.has('refresh_token')
    // Without a refresh token it ends with its access token.
    const endsAt = now + (mayRefresh ? grants.lifetime : accessTokenLifetime * 1000)
    const grant = {
      id: newGrantId(subject),
      subject,
      clientId: client.id,
      scope,
      generation: 0,
      createdAt: now,
      rotatedAt: now,
      endsAt,
      expiresAt: mayRefresh ? Math.min(endsAt, now + grants.idleLifetime) : endsAt,
      ...origin(http, endUserAddress),
    }
    if (grants.isForOneProcess && http.app.get('env') === 'production') warnOfOneProcess()
    const askedAt = Date.now()
    const result = await grants.store.create({
      grant,
      age: askedAt - now + CLOCK_MARGIN,
      maxPerSubject: grants.maxPerSubject,
    })
    if (result.outcome === 'refused') throw revokedMeanwhile(settings, request)
    for (const { id: grantId, subject: owner, clientId } of result.displaced) {
      const reason = owner === subject ? 'newer_logins' : 'store_full'
      onEvent({ type: 'grant_displaced', reason, subject: owner, clientId, grantId }, request)
    }
    const beganAt = await beginningToCheck(grants.store, request, askedAt)
    if (beganAt !== undefined && (await isRevokedSince(grants.store, grant, beganAt))) {
      throw revokedMeanwhile(settings, request)
    }
    request.grant = grant
  }
}

/**
 * When the login began by the store's clock, if `create` may have judged by a later time. A driver that waited for a connection
 * sent an age that was too low by as much. And a second factor answers a password that was given earlier: `spend` may not have
 * seen a revocation that was being committed, while `create` has waited for it.
 */
function beginningToCheck(
  store: GrantStore,
  request: EndpointRequest,
  askedAt: number,
): MaybePromise<number | undefined> {
  if (request.grantType === mfa) return request.mfaToken.beganAt
  return Date.now() - askedAt > PROMPT ? beginningOfLogin(store, request.subject, request.now) : undefined
}

/** Ends the grant if all of the subject's were revoked since the login began. */
async function isRevokedSince(store: GrantStore, { id, subject }: Grant, beganAt: number): Promise<boolean> {
  if ((await store.spend({ id, lifetime: 1, login: { subject, beganAt } })) !== 'refused') return false
  await store.revoke(id)
  return true
}

function revokedMeanwhile(settings: Settings, request: EndpointRequest): OAuthError {
  if (request.grantType === mfa) {
    return refusedSecondFactor(settings, 'revoked_meanwhile', request.mfaToken, request)
  }
  const { clientId, userKey } = request
  settings.onEvent(
    { type: 'login_refused', reason: 'revoked_meanwhile', code: 'invalid_grant', clientId, userKey },
    request,
  )
  return new OAuthError('invalid_grant', 'The user name or the password is wrong')
}

function origin(http: Request, address: string | undefined): { userAgent?: string; address?: string } {
  const userAgent = http.headers['user-agent']?.slice(0, USER_AGENT_LENGTH)
  return { ...(userAgent === undefined ? {} : { userAgent }), ...(address === undefined ? {} : { address }) }
}
