import { expect, test } from 'vitest'
import type { OAuthEvent, OAuthPasswordGrantOptions } from '../../lib/index.js'
import { alice, basic, bob, requestToken, signingSecret, startTokenServer, webBackend } from '../start-server.js'

const backend = { ...webBackend, endUserAddress: true }
const client = basic(webBackend)
const login = { grant_type: 'password', ...alice }
const wrong = { ...login, password: 'wrong' }
const HOME = '198.51.100.7'
const ELSEWHERE = '198.51.100.200'

async function startBackend(options: Partial<OAuthPasswordGrantOptions> = {}) {
  const events: OAuthEvent[] = []
  const server = await startTokenServer({ clients: [backend], onEvent: (event) => events.push(event), ...options })
  const from = async (address: string, form: Record<string, string>) =>
    requestToken(server.url, form, { ...client, 'end-user-address': address })
  /** Guesses at a name from so many addresses, a few at each. */
  const guess = async (addresses: number, form = wrong) => {
    const statuses = new Map<number, number>()
    for (let index = 0; index < addresses; index++) {
      const { status } = await from(`192.0.2.${index}`, form)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    return Object.fromEntries(statuses)
  }
  return { ...server, events, from, guess }
}

test('Guesses from many addresses are stopped by name, and the user still logs in from an address that is known.', async () => {
  const { from, guess, events } = await startBackend({ limits: { user: { limit: 20 } } })
  expect((await from(HOME, login)).status).toBe(200)
  // The twentieth refusal of a second is the last one with an event of its own.
  expect(await guess(39)).toEqual({ 400: 20, 429: 19 })
  expect((await from(HOME, login)).status).toBe(200)
  expect((await from(ELSEWHERE, login)).status).toBe(429)
  const reached = { type: 'limit_reached', limit: 'user', clientId: webBackend.id, endUserAddress: ELSEWHERE }
  expect(events.filter(({ type }) => type === 'limit_reached').at(-1)).toMatchObject({
    ...reached,
    address: '127.0.0.1',
  })
})

test('A known address is still limited by name and address, and by address.', async () => {
  const { from } = await startBackend({ limits: { user: { limit: 3 }, address: { limit: 13 } } })
  await from(HOME, login)
  for (let time = 0; time < 10; time++) expect((await from(HOME, wrong)).status).toBe(400)
  expect((await from(HOME, login)).status).toBe(429)
  for (const name of ['a', 'b', 'c']) expect((await from(HOME, { ...wrong, username: name })).status).toBe(400)
  expect((await from(HOME, { ...login, ...bob })).status).toBe(429)
})

test('An address is known for the user who logged in from it, and for nobody else; not knowing it is the default with false.', async () => {
  const { from, guess } = await startBackend({ limits: { user: { limit: 2 } } })
  await from(HOME, { ...login, ...bob })
  await guess(2)
  expect((await from(HOME, login)).status).toBe(429)
  const forgetful = await startBackend({ limits: { user: { limit: 2 }, knownAddress: false } })
  await forgetful.from(HOME, login)
  await forgetful.guess(2)
  expect((await forgetful.from(HOME, login)).status).toBe(429)
})

test('A success never clears the count of the address, so that an account of his own does not help a guesser.', async () => {
  const { from } = await startBackend({ limits: { address: { limit: 10 } } })
  const statuses: number[] = []
  for (let guess = 0; guess < 15; guess++) {
    statuses.push((await from(ELSEWHERE, { ...wrong, username: `victim-${guess}` })).status)
    statuses.push((await from(ELSEWHERE, { ...login, ...bob })).status)
  }
  expect(statuses.filter((status) => status === 400)).toHaveLength(10)
  expect(statuses.slice(20)).toEqual(Array(10).fill(429))
})

test('Counts and known addresses survive the turn from one signing key to the next, and with a secret also the end of the old.', async () => {
  const old = { key: signingSecret, keyId: 'old' }
  const fresh = { key: `${signingSecret}, another one`, keyId: 'fresh' }
  const limits = { user: { limit: 5 } }
  const { from, guess, oauth } = await startBackend({ signingKeys: [old], limits })
  await from(HOME, login)
  expect(await guess(6)).toEqual({ 400: 5, 429: 1 })
  await oauth.keys.reload([fresh, old])
  expect(await guess(6)).toEqual({ 429: 6 })
  expect((await from(HOME, login)).status).toBe(200)

  const keyed = await startBackend({
    signingKeys: [old],
    limits: { ...limits, secret: 'a limit secret of 32 bytes and more' },
  })
  await keyed.from(HOME, login)
  expect(await keyed.guess(6)).toEqual({ 400: 5, 429: 1 })
  await keyed.oauth.keys.reload([fresh])
  expect(await keyed.guess(6)).toEqual({ 429: 6 })
  expect((await keyed.from(HOME, login)).status).toBe(200)
})

test('A stranger is told the same of a name that exists and of one that does not, but for Retry-After.', async () => {
  const { from, guess } = await startBackend({ limits: { user: { limit: 3 } } })
  const answers = []
  for (const username of [alice.username, 'nobody']) {
    await guess(2, { ...wrong, username })
    const failed = await from(ELSEWHERE, { ...wrong, username })
    const refused = await from(HOME, { ...wrong, username })
    answers.push(
      [failed, refused].map(({ status, headers, text }) => ({
        status,
        headers: [...headers].filter(([name]) => !['date', 'retry-after'].includes(name)),
        text,
      })),
    )
    expect([failed.status, refused.status]).toEqual([400, 429])
    expect(failed.headers.has('retry-after')).toBe(false)
    expect(refused.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  }
  expect(answers[0]).toEqual(answers[1])
  expect(JSON.stringify(answers).toLowerCase()).not.toMatch(/ratelimit|remaining/)
})

test('A user whose name counts as the same makes his address known to himself, and not to the other.', async () => {
  const namesake = { username: 'ALICE', password: 'the password of another user' }
  const { from, guess } = await startBackend({
    limits: { user: { limit: 2 } },
    authenticateUser: (username, password) =>
      [alice, namesake].some((one) => one.username === username && one.password === password) && { id: username },
  })
  expect((await from(HOME, { ...login, ...namesake })).status).toBe(200)
  await guess(2)
  expect((await from(HOME, wrong)).status).toBe(429)
  expect((await from(HOME, { ...wrong, username: namesake.username })).status).toBe(400)
})
