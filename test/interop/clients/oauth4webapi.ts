import * as oauth from 'oauth4webapi'
import type { Exchange, Outcome, StrangersClient } from '../strangers-client.js'

export const oauth4webapi: StrangersClient = {
  name: 'oauth4webapi 3',
  ways: ['basic', 'body'],
  encodesBasic: true,
  exchange,
}

// eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated to stand out; the server is on loopback
const insecure = { [oauth.allowInsecureRequests]: true }

async function exchange(wanted: Exchange): Promise<Outcome> {
  const { url, way, clientId, clientSecret, username, password, scope } = wanted
  const server = { issuer: url, token_endpoint: `${url}/token` }
  const client = { client_id: clientId }
  const authentication = way === 'basic' ? oauth.ClientSecretBasic(clientSecret) : oauth.ClientSecretPost(clientSecret)
  try {
    const asked = { username, password, ...(scope === undefined ? {} : { scope }) }
    const answer = await oauth.genericTokenEndpointRequest(server, client, authentication, 'password', asked, insecure)
    const tokens = await oauth.processGenericTokenEndpointResponse(server, client, answer)
    const outcome = { accessToken: tokens.access_token, ...(tokens.scope === undefined ? {} : { scope: tokens.scope }) }
    if (!wanted.refresh) return outcome
    const spent = tokens.refresh_token ?? ''
    const again = await oauth.refreshTokenGrantRequest(server, client, authentication, spent, insecure)
    const refreshed = await oauth.processRefreshTokenResponse(server, client, again)
    return { ...outcome, refreshedAccessToken: refreshed.access_token }
  } catch (error) {
    return { error: await errorCode(error) }
  }
}

/** A 401 with a challenge comes as the challenge, with the answer's body unread. */
async function errorCode(error: unknown): Promise<string> {
  if (error instanceof oauth.ResponseBodyError) return error.error
  if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error
  const body: unknown = await error.response.clone().json()
  return String(Reflect.get(Object(body), 'error'))
}
