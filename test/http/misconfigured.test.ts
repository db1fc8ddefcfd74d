import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import {
  oauthPasswordGrant,
  type OAuthEvent,
  type OAuthPasswordGrant,
  type OAuthPasswordGrantOptions,
} from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer, testOptions, webBackend } from '../start-server.js'

const client = basic(webBackend)
const login = { grant_type: 'password', ...alice }
const forwardedFor = { ...client, 'x-forwarded-for': '192.0.2.1' }

async function startBehind(trustProxy: unknown, options: Partial<OAuthPasswordGrantOptions> = {}) {
  const events: OAuthEvent[] = []
  const { url } = await startTokenServer(
    { onEvent: (event) => events.push(event), ...options },
    {
      before(app) {
        if (trustProxy !== undefined) app.set('trust proxy', trustProxy)
      },
    },
  )
  return { url, misconfigurations: () => events.filter((event) => event.type === 'misconfigured') }
}

test.each([undefined, false])('A proxy\u2019s header is told of once while trust proxy is %s.', async (trustProxy) => {
  const { url, misconfigurations } = await startBehind(trustProxy)
  await requestToken(url, login, client)
  expect(misconfigurations()).toEqual([])
  await requestToken(url, login, forwardedFor)
  await requestToken(url, login, forwardedFor)
  await requestToken(url, login, { ...client, forwarded: 'for=192.0.2.1' })
  expect(misconfigurations()).toMatchObject([{ misconfiguration: 'trust_proxy_off', address: '127.0.0.1' }])
  expect(misconfigurations()[0]).toHaveProperty('remedy', expect.stringContaining('app.set("trust proxy", 1)'))
})

test('A trust proxy that believes everybody is told of once, with the header or without.', async () => {
  const { url, misconfigurations } = await startBehind(true)
  await requestToken(url, login, client)
  await requestToken(url, login, forwardedFor)
  expect(misconfigurations()).toMatchObject([{ misconfiguration: 'trust_proxy_everybody' }])
})

test('A proxy that sends a header that Express does not read is told of.', async () => {
  const { url, misconfigurations } = await startBehind(1)
  await requestToken(url, login, { ...client, forwarded: 'for=192.0.2.1' })
  expect(misconfigurations()).toMatchObject([{ misconfiguration: 'forwarded_not_read' }])
})

test.each([1, 'loopback', ['127.0.0.1']])('A trust proxy of %j is no mistake.', async (trustProxy) => {
  const { url, misconfigurations } = await startBehind(trustProxy)
  await requestToken(url, login, forwardedFor)
  expect(misconfigurations()).toEqual([])
})

test('A stranger who makes up a header makes nobody look for a mistake.', async () => {
  const { url, misconfigurations } = await startBehind(false)
  await requestToken(url, login, { ...forwardedFor, ...basic({ ...webBackend, secret: 'wrong' }) })
  expect(misconfigurations()).toEqual([])
})

test('A backend whose users share its address is told of when they reach the limit of one address, and none that names them.', async () => {
  const limits = { address: { limit: 2 } }
  const shared = await startBehind(undefined, { limits })
  for (const username of ['a', 'b', 'c', 'd']) await requestToken(shared.url, { ...login, username }, client)
  expect(shared.misconfigurations()).toMatchObject([{ misconfiguration: 'shared_address' }])
  expect(shared.misconfigurations()[0]).toHaveProperty('remedy', expect.stringContaining('endUserAddress: true'))

  const named = await startBehind(undefined, { limits, clients: [{ ...webBackend, endUserAddress: true }] })
  const headers = { ...client, 'end-user-address': '192.0.2.1' }
  for (const username of ['a', 'b', 'c', 'd']) await requestToken(named.url, { ...login, username }, headers)
  expect(named.misconfigurations()).toEqual([])
})

test('Where nobody is told of events, each mistake is a warning of the process, once however many servers there are.', async () => {
  const warnings: Error[] = []
  const listen = (warning: Error) => warnings.push(warning)
  process.on('warning', listen)
  const warned = once(process, 'warning')
  for (let server = 0; server < 2; server++) {
    const { url } = await startTokenServer()
    await requestToken(url, login, forwardedFor)
  }
  await warned
  await turn()
  process.off('warning', listen)
  expect(warnings).toMatchObject([
    { code: 'OAUTH_MISCONFIGURED', message: expect.stringContaining('trust proxy') as string },
  ])
})

describe('at start-up', () => {
  /** The misconfigurations that the options alone show. */
  async function misconfigurationsOf(options: Partial<OAuthPasswordGrantOptions>) {
    const events: OAuthEvent[] = []
    oauthPasswordGrant(testOptions({ onEvent: (event) => events.push(event), ...options }))
    expect(events).toEqual([])
    await turn()
    return events
  }
  const withoutRefreshUser = { refreshUser: undefined } as unknown as Partial<OAuthPasswordGrantOptions>

  test('a missing refreshUser is reported, once, with what it lets through and how to switch the report off', async () => {
    expect(await misconfigurationsOf(withoutRefreshUser)).toEqual([
      expect.objectContaining({
        type: 'misconfigured',
        misconfiguration: 'refresh_user_missing',
        problem: expect.stringContaining('disabled') as string,
        remedy: expect.stringContaining('refreshUser: false') as string,
        requestId: undefined,
      }),
    ])
  })

  test.each<[string, Partial<OAuthPasswordGrantOptions>]>([
    ['refreshUser finds users again', { refreshUser: (id) => ({ id }) }],
    ['refreshUser is false', { refreshUser: false }],
    ['no refresh tokens are issued', { ...withoutRefreshUser, refreshTokens: false }],
  ])('nothing is reported if %s', async (_title, options) => {
    expect(await misconfigurationsOf(options)).toEqual([])
  })

  test('lifetimes that were meant in milliseconds are reported together', async () => {
    const options = { accessTokenLifetime: 3_600_000, refreshTokens: { idleLifetime: 86_400_000 } }
    expect(await misconfigurationsOf(options)).toMatchObject([
      {
        misconfiguration: 'lifetime_in_milliseconds',
        problem: expect.stringContaining(
          'accessTokenLifetime is 3600000 seconds, which is 41.7 days; refreshTokens.idleLifetime is 86400000 seconds, which is 1000 days.',
        ) as string,
      },
    ])
  })

  test('the listener may use the middleware, which has been assigned by then', async () => {
    const seen: unknown[] = []
    const oauth: OAuthPasswordGrant = oauthPasswordGrant(
      testOptions({ ...withoutRefreshUser, onEvent: () => seen.push(oauth.passwordChecks.inFlight) }),
    )
    await turn()
    expect(seen).toEqual([0])
  })

  test('without a listener it is a process warning with the code OAUTH_MISCONFIGURED', async () => {
    const warned = once(process, 'warning')
    oauthPasswordGrant(testOptions(withoutRefreshUser))
    expect(await warned).toMatchObject([
      { code: 'OAUTH_MISCONFIGURED', message: expect.stringContaining('refreshUser') as string },
    ])
  })
})
