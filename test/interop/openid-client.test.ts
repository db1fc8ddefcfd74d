import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  genericGrantRequest,
  None,
  refreshTokenGrant,
  ResponseBodyError,
  tokenIntrospection,
  tokenRevocation,
  WWWAuthenticateChallengeError,
  type ClientAuth,
} from 'openid-client'
import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { MFA_GRANT_TYPE, requireSecondFactor } from '../../lib/index.js'
import { alice, audience, nativeApp, startTokenServer, webBackend } from '../start-server.js'

function configuration(url: string, authentication: ClientAuth, clientId = webBackend.id): Configuration {
  const config = new Configuration(
    {
      issuer: url,
      token_endpoint: `${url}/token`,
      revocation_endpoint: `${url}/revoke`,
      introspection_endpoint: `${url}/introspect`,
    },
    clientId,
    undefined,
    authentication,
  )
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated to stand out; the server is on loopback
  allowInsecureRequests(config)
  return config
}

const byBasic = ClientSecretBasic(webBackend.secret)
const byBody = ClientSecretPost(webBackend.secret)

test('openid-client takes the token response as it is, with its lifetime in seconds', async () => {
  const { url } = await startTokenServer({ accessTokenLifetime: '5m' })
  const tokens = await genericGrantRequest(configuration(url, byBasic), 'password', { ...alice })
  expect(tokens.token_type).toBe('bearer')
  expect(tokens.expires_in).toBe(300)
  expect(tokens.expiresIn()).toBeGreaterThan(290)
})

test('openid-client takes both steps of a second factor: the mfa_token from its error, and a grant type of ours', async () => {
  const { url } = await startTokenServer({
    authenticateUser: (username) => requireSecondFactor({ id: username }),
    secondFactor: { verify: (_user, answer) => answer === '123456', findUser: (subject) => ({ id: subject }) },
  })
  const config = configuration(url, byBasic)
  const error = await genericGrantRequest(config, 'password', { ...alice }).catch((thrown: unknown) => thrown)
  if (!(error instanceof ResponseBodyError)) throw error
  expect([error.status, error.error]).toEqual([403, 'mfa_required'])
  const { mfa_token: mfaToken } = error.cause as { mfa_token: string } // the boundary: what the server answered
  const answer = { mfa_token: mfaToken, otp: '123456' }
  const tokens = await genericGrantRequest(config, MFA_GRANT_TYPE, answer)
  expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: 'alice', amr: ['pwd', 'otp', 'mfa'] })
  expect((await refreshTokenGrant(config, tokens.refresh_token ?? '')).access_token).toEqual(expect.any(String))
})

test('openid-client throws a ResponseBodyError of invalid_grant for a wrong password', async () => {
  const { url } = await startTokenServer()
  const login = genericGrantRequest(configuration(url, byBody), 'password', { ...alice, password: 'wrong' })
  const error = await login.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ResponseBodyError)
  expect(error).toMatchObject({ error: 'invalid_grant', status: 400, error_description: expect.any(String) as string })
})

test('openid-client throws the challenge that it parsed for a wrong client secret in the header', async () => {
  const { url } = await startTokenServer()
  const login = genericGrantRequest(configuration(url, ClientSecretBasic('wrong')), 'password', { ...alice })
  const error = await login.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(WWWAuthenticateChallengeError)
  expect(error).toMatchObject({ status: 401 })
  expect(error).toHaveProperty('cause', [{ scheme: 'basic', parameters: { realm: 'oauth', charset: 'UTF-8' } }])
})

test('openid-client logs a public client in by its id alone', async () => {
  const { url } = await startTokenServer()
  const tokens = await genericGrantRequest(configuration(url, None(), nativeApp.id), 'password', { ...alice })
  expect(tokens.access_token).toEqual(expect.any(String))
})

test('openid-client asks for a narrower scope at a refresh and is told that it got it', async () => {
  const { url } = await startTokenServer()
  const config = configuration(url, byBasic)
  const login = await genericGrantRequest(config, 'password', { ...alice, scope: 'contacts.read contacts.write' })
  const refreshed = await refreshTokenGrant(config, login.refresh_token ?? '', { scope: 'contacts.read' })
  expect(refreshed.scope).toBe('contacts.read')
})

for (const [way, authentication] of Object.entries({ 'HTTP Basic': byBasic, 'the body': byBody })) {
  test(`openid-client introspects and revokes, its credentials in ${way}`, async () => {
    const { url } = await startTokenServer()
    const config = configuration(url, authentication)
    const { access_token, refresh_token } = await genericGrantRequest(config, 'password', { ...alice })
    expect(await tokenIntrospection(config, access_token)).toMatchObject({ active: true, sub: 'alice', aud: audience })
    await tokenRevocation(config, refresh_token ?? '', { token_type_hint: 'refresh_token' })
    expect(await tokenIntrospection(config, access_token)).toEqual({ active: false })
    await expect(refreshTokenGrant(config, refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
  })
}
