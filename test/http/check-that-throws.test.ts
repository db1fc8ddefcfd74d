import { describe, expect, test } from 'vitest'
import { OAuthError, passwordVerifier, type OAuthEvent, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'

const client = basic({ ...webBackend })
const clients = [{ ...webBackend, endUserAddress: true }]

/** How many guesses an attacker makes. The last is the right one. */
const GUESSES = 777

async function startServerWith(overrides: Partial<OAuthPasswordGrantOptions>) {
  const events: OAuthEvent[] = []
  const errors: unknown[] = []
  const server = await startTokenServer({
    clients,
    onEvent: (event) => events.push(event),
    onError: (error) => errors.push(error),
    ...overrides,
  })
  const logIn = async (password: string, address = '192.0.2.1', username = alice.username) =>
    (
      await requestToken(
        server.url,
        { grant_type: 'password', username, password },
        { ...client, 'end-user-address': address },
      )
    ).status
  return { ...server, events, errors, logIn }
}

type Verify = (password: string) => Promise<boolean>

/** A check that rejects, as an LDAP library does if the bind fails. */
const bind: Verify = (password) =>
  password === alice.password ? Promise.resolve(true) : Promise.reject(new Error('InvalidCredentialsError'))

describe.each<[string, (verify: Verify) => Partial<OAuthPasswordGrantOptions>]>([
  ['authenticateUser', (verify) => ({ authenticateUser: async (id, password) => (await verify(password)) && { id } })],
  [
    'authenticateUser that throws a server_error',
    (verify) => ({
      authenticateUser: async (id, password) => {
        const isRight = await verify(password).catch(() => {
          throw new OAuthError('server_error', 'The directory refused')
        })
        return isRight && { id }
      },
    }),
  ],
  [
    'passwordVerifier.verify',
    (verify) => ({
      authenticateUser: passwordVerifier({
        findUser: (id) => ({ id, passwordHash: 'in the directory' }),
        verify: (hash, password) => hash !== 'dummy' && verify(password),
        dummyHash: 'dummy',
      }),
    }),
  ],
])('%s that rejects for a wrong password', (name, options) => {
  test(`lets ${GUESSES} guesses from one address try 20 passwords and find none`, async () => {
    let tried = 0
    const { logIn, events, errors } = await startServerWith(
      options((password) => {
        tried += 1
        return bind(password)
      }),
    )
    const statuses: number[] = []
    for (let guess = 1; guess < GUESSES; guess++) statuses.push(await logIn(`guess ${guess}`))
    statuses.push(await logIn(alice.password))
    expect(tried).toBe(20)
    expect(statuses).toEqual([...Array<number>(20).fill(500), ...Array<number>(GUESSES - 20).fill(429)])
    if (name !== 'authenticateUser that throws a server_error') expect(errors).toHaveLength(20)
    expect(events.filter(({ type }) => type === 'misconfigured')).toMatchObject([
      { misconfiguration: 'check_throws', remedy: expect.stringContaining('Return false') as string },
    ])
  })

  test('is limited by user from any number of addresses', async () => {
    let tried = 0
    const { logIn } = await startServerWith({
      limits: { user: { limit: 15 } },
      ...options((password) => {
        tried += 1
        return bind(password)
      }),
    })
    for (let guess = 0; guess < 100; guess++) await logIn(`guess ${guess}`, `192.0.2.${guess}`)
    expect(tried).toBe(30)
  })

  test('is limited by address, whatever number of names is tried with one password', async () => {
    let tried = 0
    const { logIn, events } = await startServerWith({
      limits: { address: { limit: 5 } },
      ...options((password) => {
        tried += 1
        return bind(password)
      }),
    })
    for (let name = 0; name < 80; name++) await logIn('Winter2026!', '192.0.2.1', `user-${name}`)
    expect(tried).toBe(55)
    expect(events.filter(({ type }) => type === 'misconfigured')).toMatchObject([{ misconfiguration: 'check_throws' }])
  })

  test('locks nobody out during an outage: users who have tried a few times log in as soon as it is over', async () => {
    let isDown = true
    const { logIn, events } = await startServerWith(
      options((password) => (isDown ? Promise.reject(new Error('ECONNREFUSED')) : bind(password))),
    )
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}`)
    for (const user of users) {
      for (let time = 0; time < 8; time++) expect(await logIn(alice.password, '192.0.2.1', user)).toBe(500)
    }
    isDown = false
    for (const user of users) expect(await logIn(alice.password, '192.0.2.1', user)).toBe(200)
    expect(events.filter(({ type }) => type === 'misconfigured')).toEqual([])
  })
})

describe('a login that is shed', () => {
  test('never counts, because its password was not checked', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const { logIn } = await startServerWith({
      passwordChecks: { concurrency: 1, maxQueued: 0 },
      authenticateUser: async (id, password) => {
        if (password === 'hold') await held
        return password === alice.password && { id }
      },
    })
    const holding = logIn('hold', '192.0.2.9', 'somebody')
    while ((await logIn(alice.password)) !== 503);
    for (let time = 0; time < 50; time++) expect(await logIn(alice.password)).toBe(503)
    release()
    expect(await holding).toBe(400)
    expect(await logIn(alice.password)).toBe(200)
  })
})
