import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { OAuthEvent, OAuthPasswordGrantOptions } from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'

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
  return { url, mistakes: () => events.filter((event) => event.type === 'misconfigured') }
}

test.each([undefined, false])('A proxy\u2019s header is told of once while trust proxy is %s.', async (trustProxy) => {
  const { url, mistakes } = await startBehind(trustProxy)
  await requestToken(url, login, client)
  expect(mistakes()).toEqual([])
  await requestToken(url, login, forwardedFor)
  await requestToken(url, login, forwardedFor)
  await requestToken(url, login, { ...client, forwarded: 'for=192.0.2.1' })
  expect(mistakes()).toMatchObject([{ mistake: 'trust_proxy_off', address: '127.0.0.1' }])
  expect(mistakes()[0]).toHaveProperty('remedy', expect.stringContaining('app.set("trust proxy", 1)'))
})

test('A trust proxy that believes everybody is told of once, with the header or without.', async () => {
  const { url, mistakes } = await startBehind(true)
  await requestToken(url, login, client)
  await requestToken(url, login, forwardedFor)
  expect(mistakes()).toMatchObject([{ mistake: 'trust_proxy_everybody' }])
})

test('A proxy that sends a header that Express does not read is told of.', async () => {
  const { url, mistakes } = await startBehind(1)
  await requestToken(url, login, { ...client, forwarded: 'for=192.0.2.1' })
  expect(mistakes()).toMatchObject([{ mistake: 'forwarded_not_read' }])
})

test.each([1, 'loopback', ['127.0.0.1']])('A trust proxy of %j is no mistake.', async (trustProxy) => {
  const { url, mistakes } = await startBehind(trustProxy)
  await requestToken(url, login, forwardedFor)
  expect(mistakes()).toEqual([])
})

test('A stranger who makes up a header makes nobody look for a mistake.', async () => {
  const { url, mistakes } = await startBehind(false)
  await requestToken(url, login, { ...forwardedFor, ...basic({ ...webBackend, secret: 'wrong' }) })
  expect(mistakes()).toEqual([])
})

test('A backend whose users share its address is told of when they reach the limit of one address, and none that names them.', async () => {
  const limits = { address: { limit: 2 } }
  const shared = await startBehind(undefined, { limits })
  for (const username of ['a', 'b', 'c', 'd']) await requestToken(shared.url, { ...login, username }, client)
  expect(shared.mistakes()).toMatchObject([{ mistake: 'shared_address' }])
  expect(shared.mistakes()[0]).toHaveProperty('remedy', expect.stringContaining('endUserAddress: true'))

  const named = await startBehind(undefined, { limits, clients: [{ ...webBackend, endUserAddress: true }] })
  const headers = { ...client, 'end-user-address': '192.0.2.1' }
  for (const username of ['a', 'b', 'c', 'd']) await requestToken(named.url, { ...login, username }, headers)
  expect(named.mistakes()).toEqual([])
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
