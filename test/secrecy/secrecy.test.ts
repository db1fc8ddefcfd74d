import { channel } from 'node:diagnostics_channel'
import { afterEach, describe, expect, test } from 'vitest'
import {
  alice,
  basic,
  requestToken,
  signingSecret,
  startServer,
  startTokenServer,
  webBackend,
} from '../start-server.js'
import { forkServer } from '../refresh/forked-server.js'
import { secrecy } from './secrecy.js'

const login = { grant_type: 'password', ...alice }
const own = 'kX3-vT9 qLm2'

/** What the guard would fail this test with, taken so that it does not. */
function leaks(): string[] {
  return secrecy.leaks()
}

afterEach(() => {
  expect(leaks()).toEqual([])
})

describe('The guard of the suite finds', () => {
  test('a password that the application logs.', async () => {
    const { url } = await startTokenServer({
      authenticateUser: (_username, password) => {
        console.error('login with', { password })
        return undefined
      },
    })
    await requestToken(url, { ...login, password: own }, basic(webBackend))
    expect(leaks()).toEqual([expect.stringMatching(/^"kX3-vT9 qLm2" stands in console\.error: /)])
  })

  test('a client secret, also as it stood in the header, that is written to stderr.', async () => {
    const { url } = await startTokenServer()
    const header = basic({ ...webBackend, secret: own })
    await requestToken(url, login, header)
    process.stderr.write(`${header.authorization} is ${own}\n`)
    expect(leaks()).toHaveLength(2)
  })

  test('a part of the signature of a token in an event, and the signing secret in an error.', async () => {
    const { url } = await startTokenServer({ onError: () => undefined })
    const { body } = await requestToken(url, login, basic(webBackend))
    const part = String(body['access_token']).slice(-30)
    channel('express-oauth-password-grant').publish({ type: 'token_issued', part })
    const failing = await startTokenServer({
      authenticateUser: () => Promise.reject(new Error('no', { cause: new Error(`cannot sign by ${signingSecret}`) })),
      onError: () => undefined,
    })
    await requestToken(failing.url, login, basic(webBackend))
    expect(leaks()).toEqual([
      expect.stringContaining(`"${signingSecret}" stands in onError`),
      expect.stringMatching(/^"[\w-]{12}" stands in an event/),
    ])
  })

  test('a refresh token in the body of an error, of a server that is not ours.', async () => {
    const token = 'an-opaque-token-of-some-length'
    const { url } = await startServer((request, response) => {
      request.resume().on('end', () => response.writeHead(400).end(`{"error":"invalid_grant","token":"${token}"}`))
    })
    await requestToken(url, { grant_type: 'refresh_token', refresh_token: token })
    expect(leaks()).toEqual([expect.stringContaining('stands in the body of an answer')])
  })

  test('what a server in a process of its own prints, tells as an event or as an error.', async () => {
    const server = await forkServer()
    secrecy.learn(own)
    server.leak(own)
    const seen = new Set<string>()
    const where = () => {
      for (const leak of secrecy.leaks()) seen.add(leak.replace(/^.*" stands in ([^:]*): .*$/s, '$1'))
      return seen
    }
    await expect
      .poll(where)
      .toEqual(new Set(['a token server', 'stdout of a token server', 'stderr of a token server']))
    server.kill()
    await server.gone
  })
})

test('The guard lets tokens stand in the answer that issues them, and the words that messages are made of anywhere.', async () => {
  const { url } = await startTokenServer()
  const answers = [login, { ...login, password: 'wrong' }, { ...login, password: 'password' }].map((form) =>
    requestToken(url, form, basic(webBackend)),
  )
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 400, 400])
  console.info('the user name or the password is wrong')
  expect(leaks()).toEqual([])
})
