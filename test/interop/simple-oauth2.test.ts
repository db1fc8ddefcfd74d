import { ResourceOwnerPassword } from 'simple-oauth2'
import { expect, test } from 'vitest'
import { alice, postForm, basic, startTokenServer, webBackend } from '../start-server.js'

function passwordClient(url: string, secret = webBackend.secret): ResourceOwnerPassword {
  return new ResourceOwnerPassword({
    client: { id: webBackend.id, secret },
    auth: { tokenHost: url, tokenPath: '/token', revokePath: '/revoke' },
  })
}

test('simple-oauth2 knows when the access token will have expired', async () => {
  const { url } = await startTokenServer({ accessTokenLifetime: '10m' })
  const login = await passwordClient(url).getToken({ ...alice, scope: ['contacts.read', 'contacts.write'] })
  expect(login.token['scope']).toBe('contacts.read contacts.write')
  expect(login.expired()).toBe(false)
  expect(login.expired(660)).toBe(true)
})

test('simple-oauth2 reads the JSON of a refusal', async () => {
  const { url } = await startTokenServer()
  await expect(passwordClient(url).getToken({ ...alice, password: 'wrong' })).rejects.toMatchObject({
    output: { statusCode: 400 },
    data: { payload: { error: 'invalid_grant' } },
  })
  await expect(passwordClient(url, 'wrong').getToken({ ...alice })).rejects.toMatchObject({
    output: { statusCode: 401 },
    data: { payload: { error: 'invalid_client' } },
  })
})

test('simple-oauth2 revokes both tokens, though it refuses an answer that is not JSON', async () => {
  const { url } = await startTokenServer()
  const login = await passwordClient(url).getToken({ ...alice })
  await login.revokeAll()
  const introspected = await postForm(
    `${url}/introspect`,
    { token: String(login.token['access_token']) },
    basic(webBackend),
  )
  expect(introspected.body).toEqual({ active: false })
  await expect(login.refresh()).rejects.toMatchObject({ data: { payload: { error: 'invalid_grant' } } })
})

test('simple-oauth2 keeps the rotated refresh token and goes on with it', async () => {
  const { url } = await startTokenServer()
  let login = await passwordClient(url).getToken({ ...alice })
  for (let round = 0; round < 3; round += 1) login = await login.refresh()
  expect(login.token['access_token']).toEqual(expect.any(String))
})
