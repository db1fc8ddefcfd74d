import type { Client } from '../client.js'
import { sendJson } from '../endpoint/send-json.js'
import type { Step } from '../endpoint/endpoint.js'
import type { Grant } from '../grant.js'
import { presentedToken, type PresentedToken } from '../grants/presented-token.js'
import type { Settings } from '../options/settings.js'
import type { Claims } from '../tokens/jwt.js'

const INACTIVE = { active: false }

/**
 * Says what a token is (RFC 7662 section 2.2), to the client that it was issued to and to those that are registered for its
 * audience. For anybody else, and for a token that is not valid or whose grant has ended, it is not active, and no more.
 */
export function introspectToken(settings: Settings): Step {
  return async function introspectToken({ parameters, client, now, response }) {
    const token = presentedToken(settings, parameters.get('token') ?? '', now)
    sendJson(response, 200, token === undefined ? INACTIVE : await description(settings, token, client))
  }
}

async function description(settings: Settings, token: PresentedToken, client: Client): Promise<Claims> {
  if (token.kind === 'access_token') {
    if (token.clientId !== client.id && !isForAudienceOf(client, token.claims)) return INACTIVE
    if (settings.grants !== undefined && !(await livingGrant(settings, token.grantId))) return INACTIVE
    return { ...token.claims, active: true, token_type: 'Bearer' }
  }
  const { pointer } = token
  if (pointer.clientId !== client.id) return INACTIVE
  const grant = await livingGrant(settings, pointer.grantId)
  // One that has been rotated is spent, though a retry may still present it.
  if (grant === undefined || pointer.generation < grant.generation) return INACTIVE
  return {
    active: true,
    iss: settings.issuer,
    sub: grant.subject,
    client_id: grant.clientId,
    scope: grant.scope,
    sid: grant.id,
    iat: Math.floor(grant.rotatedAt / 1000),
    exp: Math.floor(grant.expiresAt / 1000),
    auth_time: Math.floor(grant.createdAt / 1000),
    ...pointer.methods,
  }
}

function isForAudienceOf(client: Client, { aud }: Claims): boolean {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  return audiences.some((audience) => typeof audience === 'string' && client.introspectionAudiences.has(audience))
}

async function livingGrant({ grants }: Settings, id: string | undefined): Promise<Grant | undefined> {
  return id === undefined ? undefined : grants?.store.find(id)
}
