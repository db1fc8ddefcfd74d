import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  genericGrantRequest,
  refreshTokenGrant,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import type { Exchange, Outcome, StrangersClient } from '../strangers-client.js'

export const openidClient: StrangersClient = {
  name: 'openid-client 6',
  ways: ['basic', 'body'],
  encodesBasic: true,
  exchange,
}

async function exchange(wanted: Exchange): Promise<Outcome> {
  const { url, way, clientId, clientSecret, username, password, scope } = wanted
  const authentication = way === 'basic' ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret)
  const config = new Configuration(
    { issuer: url, token_endpoint: `${url}/token` },
    clientId,
    { client_secret: clientSecret },
    authentication,
  )
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated to stand out; the server is on loopback
  allowInsecureRequests(config)
  try {
    const asked = { username, password, ...(scope === undefined ? {} : { scope }) }
    const tokens = await genericGrantRequest(config, 'password', asked)
    const outcome = { accessToken: tokens.access_token, ...(tokens.scope === undefined ? {} : { scope: tokens.scope }) }
    if (!wanted.refresh) return outcome
    const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '')
    return { ...outcome, refreshedAccessToken: refreshed.access_token }
  } catch (error) {
    return { error: await errorCode(error) }
  }
}

/** A 401 with a challenge comes as the challenge, with the answer's body unread. */
async function errorCode(error: unknown): Promise<string> {
  if (error instanceof ResponseBodyError) return error.error
  if (!(error instanceof WWWAuthenticateChallengeError)) throw error
  const body: unknown = await error.response.clone().json()
  return String(Reflect.get(Object(body), 'error'))
}
