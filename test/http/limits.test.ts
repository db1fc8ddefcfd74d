import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { MemoryStore, type Store } from 'express-rate-limit'
import { describe, expect, test } from 'vitest'
import { alice, basic, bob, requestToken, startTokenServer, webBackend } from '../start-server.js'
import { heldChecks, until } from './held-checks.js'

const login = { grant_type: 'password', ...alice }
const wrong = { ...login, password: 'wrong' }
const client = basic(webBackend)
const wrongClient = basic({ ...webBackend, secret: 'wrong' })

async function statuses(times: number, request: () => Promise<{ status: number }>): Promise<number[]> {
  const answers: number[] = []
  for (let time = 0; time < times; time++) answers.push((await request()).status)
  return answers
}

describe('failed logins', () => {
  test('of one name at one address are refused after ten, in JSON with Retry-After, the right password too', async () => {
    const { url } = await startTokenServer()
    expect(await statuses(10, () => requestToken(url, wrong, client))).toEqual(Array(10).fill(400))
    const refused = await requestToken(url, login, client)
    expect([refused.status, refused.body['error']]).toEqual([429, 'temporarily_unavailable'])
    const retryAfter = Number(refused.headers.get('retry-after'))
    expect(retryAfter).toBeGreaterThan(0)
    expect(retryAfter).toBeLessThanOrEqual(15 * 60)
    expect([...refused.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([])
    expect((await requestToken(url, { ...login, ...bob }, client)).status).toBe(200)
  })

  test('count by the folded name, known or unknown alike', async () => {
    const { url } = await startTokenServer()
    const spellings = ['nobody', 'NOBODY', 'Nobody ', 'ｎｏｂｏｄｙ', ' nObOdY']
    for (const username of [...spellings, ...spellings]) {
      expect((await requestToken(url, { ...wrong, username }, client)).status).toBe(400)
    }
    expect((await requestToken(url, { ...wrong, username: 'nobody' }, client)).status).toBe(429)
  })

  test('are reserved before the password is tried: of many at once no more are tried than the limit', async () => {
    let tried = 0
    const { url } = await startTokenServer({
      authenticateUser: async () => {
        tried += 1
        await new Promise((resolve) => setTimeout(resolve, 50))
        return undefined
      },
    })
    const answers = await Promise.all(Array.from({ length: 50 }, () => requestToken(url, wrong, client)))
    expect(tried).toBe(10)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(40)
  })

  test('are made up for by a success, which itself counts for nothing', async () => {
    const { url } = await startTokenServer()
    await statuses(9, () => requestToken(url, wrong, client))
    expect(await statuses(20, () => requestToken(url, login, client))).toEqual(Array(20).fill(200))
    expect(await statuses(9, () => requestToken(url, wrong, client))).toEqual(Array(9).fill(400))
  })

  test('are not cleared by the success of a namesake, with which a guesser could begin anew at will', async () => {
    const namesake = { username: 'alic\u00e9', password: 'the password of the guesser' }
    let guessed = 0
    const { url } = await startTokenServer({
      authenticateUser(username, password) {
        if (username === alice.username) guessed += 1
        return username === namesake.username && password === namesake.password && { id: username }
      },
    })
    for (let round = 0; round < 10; round++) {
      await statuses(3, () => requestToken(url, wrong, client))
      await requestToken(url, { ...login, ...namesake }, client)
    }
    expect(guessed).toBe(10)
  })

  test('by name from wherever are not cleared by a success', async () => {
    const { url } = await startTokenServer({ limits: { userAndAddress: false, user: { limit: 3 } } })
    await statuses(3, () => requestToken(url, wrong, client))
    expect((await requestToken(url, login, client)).status).toBe(429)
    const other = await startTokenServer({ limits: { userAndAddress: false, user: { limit: 3 } } })
    await statuses(2, () => requestToken(other.url, wrong, client))
    expect((await requestToken(other.url, login, client)).status).toBe(200)
    expect(await statuses(2, () => requestToken(other.url, wrong, client))).toEqual([400, 429])
  })

  test('do not count where the application failed and not the password', async () => {
    const { url } = await startTokenServer({
      authenticateUser: () => Promise.reject(new Error('down')),
      onError: () => undefined,
    })
    expect(await statuses(15, () => requestToken(url, login, client))).toEqual(Array(15).fill(500))
  })

  test('are counted by nobody where limits is false', async () => {
    const { url } = await startTokenServer({ limits: false })
    expect(await statuses(30, () => requestToken(url, wrong, client))).toEqual(Array(30).fill(400))
  })
})

describe('failed client authentications', () => {
  test('of one address are refused after sixty, and successes neither count nor clear', async () => {
    const { url } = await startTokenServer()
    await statuses(59, () => requestToken(url, login, wrongClient))
    expect(await statuses(5, () => requestToken(url, login, client))).toEqual(Array(5).fill(200))
    expect((await requestToken(url, login, wrongClient)).status).toBe(401)
    const refused = await requestToken(url, login, wrongClient)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  })

  test('are never held against a backend with many users at once', async () => {
    const { url } = await startTokenServer({
      authenticateUser: (username) => ({ id: username }),
      clients: async (id) => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        return id === webBackend.id ? webBackend : undefined
      },
    })
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => requestToken(url, { ...login, username: `user-${index}` }, client)),
    )
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  })
})

describe('logins at once from one address', () => {
  const AT_ONCE = 250
  const all = (url: string, form: Record<string, string>) =>
    Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => requestToken(url, { ...form, username: `user-${index}` }, client)),
    )

  test('are no attack if they succeed, however many they are: those over the limit wait and are not refused', async () => {
    let most = 0
    let running = 0
    const { url } = await startTokenServer({
      authenticateUser: async (username) => {
        most = Math.max(most, (running += 1))
        await new Promise((resolve) => setTimeout(resolve, 5))
        running -= 1
        return { id: username }
      },
    })
    expect((await all(url, login)).filter(({ status }) => status !== 200)).toEqual([])
    expect(most).toBeLessThanOrEqual(100)
    expect((await all(url, login)).filter(({ status }) => status !== 200)).toEqual([])
  })

  test.each([20, 40])('of one user all succeed, %i of them', async (count) => {
    let most = 0
    let running = 0
    const { url } = await startTokenServer({
      authenticateUser: async (username, password) => {
        most = Math.max(most, (running += 1))
        await new Promise((resolve) => setTimeout(resolve, 20))
        running -= 1
        return password === alice.password && { id: username }
      },
    })
    for (let round = 0; round < 2; round++) {
      const answers = await Promise.all(Array.from({ length: count }, () => requestToken(url, login, client)))
      expect(answers.map(({ status }) => status)).toEqual(Array(count).fill(200))
    }
    expect(most).toBeLessThanOrEqual(10)
    const guesses = await Promise.all(Array.from({ length: count }, () => requestToken(url, wrong, client)))
    expect(guesses.filter(({ status }) => status === 400)).toHaveLength(10)
  })

  test('are tried as often as the limit and no more if they fail', async () => {
    let tried = 0
    const { url } = await startTokenServer({
      authenticateUser: async () => {
        tried += 1
        await new Promise((resolve) => setTimeout(resolve, 5))
        return undefined
      },
    })
    const answers = await all(url, wrong)
    expect(tried).toBe(100)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(AT_ONCE - 100)
  })

  test.each([
    [200, 'succeed', ['200', '200']],
    [429, 'fail', ['429 for minutes', '429 for minutes']],
  ])('get %i once checks %s whose clients have gone', async (_status, outcome, expected) => {
    const checks = heldChecks()
    const { url } = await startTokenServer({
      limits: { address: { limit: 2 } },
      authenticateUser: async (username) => {
        const user = await checks.authenticateUser(username)
        return (outcome === 'succeed' || !username.startsWith('gone')) && user
      },
    })
    const hangUp = new AbortController()
    const gone = ['gone 1', 'gone 2'].map((username) => {
      const body = new URLSearchParams({ ...login, username })
      return fetch(`${url}/token`, { method: 'POST', headers: client, body, signal: hangUp.signal }).catch(() => 'gone')
    })
    await until(() => checks.begun.length === 2)
    hangUp.abort()
    expect(await Promise.all(gone)).toEqual(['gone', 'gone'])
    const waiting = ['carol', 'dave'].map(async (username) => {
      const { status, headers } = await requestToken(url, { ...login, username }, client)
      return Number(headers.get('retry-after')) > 60 ? `${status} for minutes` : String(status)
    })
    await sleep(100)
    expect(await checks.endAllUntil(Promise.all(waiting))).toEqual(expected)
  })
})

describe('a store of the application', () => {
  test('is made once for each limiter and used', async () => {
    const made: string[] = []
    const stores = new MemoryStore()
    const { url } = await startTokenServer({
      limits: {
        store: (name) => {
          made.push(name)
          return name === 'userAndAddress' ? stores : new MemoryStore()
        },
      },
    })
    await requestToken(url, wrong, client)
    expect(made.sort()).toEqual([
      'address',
      'clientAddress',
      'knownAddress',
      'secondFactor',
      'secondFactorPrompt',
      'user',
      'userAndAddress',
    ])
    expect(stores.current.size).toBe(1)
    expect(JSON.stringify([...stores.current.keys()])).not.toContain('alice')
  })

  test.each(['throws', 'rejects', 'hangs'])(
    'that %s is replaced by counting in this process, and the operator is told',
    async (how) => {
      const fault = (): Promise<never> => {
        if (how === 'throws') throw new Error('the store is down')
        return how === 'rejects' ? Promise.reject(new Error('the store is down')) : new Promise(() => undefined)
      }
      const broken = (): Store => ({ increment: fault, decrement: fault, resetKey: fault, get: fault })
      const errors: unknown[] = []
      const { url } = await startTokenServer({
        limits: { store: broken, userAndAddress: { limit: 2 } },
        storeTimeout: 1,
        onError: (error) => {
          errors.push(error)
          throw new Error('the logger is down too')
        },
      })
      const answers = await statuses(3, () => requestToken(url, wrong, client))
      expect(answers).toEqual([400, 400, 429])
      expect(errors.length).toBeGreaterThan(0)
    },
  )
})

test('A pipelined login whose connection is cut is over, and nobody waits for it.', async () => {
  const { url } = await startTokenServer({
    limits: { userAndAddress: { limit: 2 } },
    authenticateUser: async () => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return undefined
    },
  })
  const body = new URLSearchParams(wrong).toString()
  const head = `POST /token HTTP/1.1\r\nHost: a\r\nAuthorization: ${client.authorization}\r\n`
  const form = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write((head + form).repeat(2))
  await new Promise((resolve) => setTimeout(resolve, 50))
  socket.destroy()
  await new Promise((resolve) => setTimeout(resolve, 500))
  let last = await requestToken(url, wrong, client)
  while (last.status === 400) last = await requestToken(url, wrong, client)
  expect(last.status).toBe(429)
  // Held by failures, not by attempts that are still under way.
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(60)
})
