import type { Request } from 'express'
import type { Step } from '../endpoint/endpoint.js'
import { newGrantId } from '../grant.js'
import { warnOfOneProcess } from '../stores/one-process-warning.js'
import type { Settings } from '../options/settings.js'

/** As much of `User-Agent` as a page of sessions shows. */
const USER_AGENT_LENGTH = 256

/** Remembers the grant: one row for this login, however often it will be refreshed. */
export function rememberGrant({ grants, accessTokenLifetime }: Settings): Step {
  return async function rememberGrant(request) {
    if (grants === undefined) return
    const { client, subject, scope, http, endUserAddress, now } = request
    const mayRefresh = client.grants.has('refresh_token')
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
    await grants.store.create(grant, now)
    request.grant = grant
  }
}

function origin(http: Request, address: string | undefined): { userAgent?: string; address?: string } {
  const userAgent = http.headers['user-agent']?.slice(0, USER_AGENT_LENGTH)
  return { ...(userAgent === undefined ? {} : { userAgent }), ...(address === undefined ? {} : { address }) }
}
