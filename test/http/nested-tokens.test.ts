import { createServer, request as httpRequest } from 'node:http'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { MFA_GRANT_TYPE, oauthPasswordGrant, resourceServer, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { signingKey } from '../../lib/tokens/signing-key.js'
import { forgedJwt } from '../unit/tokens/forged-jwt.js'
import { audience, basic, issuer, requestToken, signingSecret, testOptions, webBackend } from '../start-server.js'

const arrays = (bytes: number) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2)
const objects = (bytes: number) => '{"a":'.repeat(bytes / 6) + '1' + '}'.repeat(bytes / 6)

const key = signingKey('signingKeys', signingSecret)
const now = Math.floor(Date.now() / 1000)
const claims = {
  iss: issuer,
  aud: audience,
  sub: 'alice',
  exp: now + 600,
  iat: now,
  jti: 'jti',
  client_id: webBackend.id,
  scope: '',
}

/** JSON with one member more, of which the text is given. */
const withMember = (json: object, name: string, text: string) =>
  `${JSON.stringify(json).slice(0, -1)},"${name}":${text}}`

/** Signed as an issuer would whose claims went wrong: of each type, with something large in each place. */
function tokens(text: string): string[] {
  const kinds = [
    ['at+jwt', key, audience],
    ['rt+jwt', key.refreshKey, issuer],
    ['mfa+jwt', key.mfaKey, issuer],
  ] as const
  return kinds.flatMap(([typ, { id, signWith }, aud]) => {
    const header = { alg: 'HS256', typ, kid: id }
    const { typ: _, ...untyped } = header
    const { iss: _iss, ...anonymous } = { ...claims, aud }
    return [
      forgedJwt(withMember(header, 'x', text), { ...claims, aud }, signWith),
      forgedJwt(withMember(untyped, 'typ', text), { ...claims, aud }, signWith),
      forgedJwt(header, withMember({ ...claims, aud }, 'x', text), signWith),
      forgedJwt(header, withMember(anonymous, 'iss', text), signWith),
      `${Buffer.from(text).toString('base64url')}.${Buffer.from(text).toString('base64url')}.x`,
    ]
  })
}

async function start() {
  const errors: unknown[] = []
  const onError = (error: unknown) => errors.push(error)
  const options: Partial<OAuthPasswordGrantOptions> = {
    bodyLimit: 10 * 2 ** 20,
    secondFactor: { verify: () => true, findUser: () => undefined },
    clients: [{ ...webBackend, introspectionAudiences: [audience] }],
    onError,
  }
  const app = express()
  const oauth = oauthPasswordGrant(testOptions(options))
  app.use(oauth)
  app.get('/own', oauth.requireAccessToken(), (_req, res) => res.json({}))
  const remote = resourceServer({ issuer, audience, secret: signingSecret, onError })
  app.get('/remote', remote.requireAccessToken(), (_req, res) => res.json({}))
  const server = createServer({ maxHeaderSize: 4 * 2 ** 20 }, app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const guarded = (path: string, token: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}` }
      httpRequest({ port, path, headers, host: '127.0.0.1' }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
  return { url: `http://127.0.0.1:${port}`, guarded, errors }
}

const client = basic(webBackend)

test.each([
  [6, arrays],
  [40, arrays],
  [40, objects],
  [1024, arrays],
])('Refuses tokens with %i KB of nested JSON like any other invalid ones', async (size, nested) => {
  const { url, guarded, errors } = await start()
  for (const token of tokens(nested(size * 1024))) {
    const refresh = await requestToken(url, { grant_type: 'refresh_token', refresh_token: token }, client)
    expect([refresh.status, refresh.body['error']]).toEqual([400, 'invalid_grant'])
    const mfa = await requestToken(url, { grant_type: MFA_GRANT_TYPE, mfa_token: token, otp: '1' }, client)
    expect([mfa.status, mfa.body['error']]).toEqual([400, 'invalid_grant'])
    const body = new URLSearchParams({ token })
    const introspected = await fetch(`${url}/introspect`, { method: 'POST', headers: client, body })
    expect([introspected.status, await introspected.json()]).toEqual([200, { active: false }])
    expect((await fetch(`${url}/revoke`, { method: 'POST', headers: client, body })).status).toBe(200)
    expect([await guarded('/own', token), await guarded('/remote', token)]).toEqual([401, 401])
  }
  expect(errors).toEqual([])
})
