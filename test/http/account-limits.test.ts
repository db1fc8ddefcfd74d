import { MemoryStore } from 'express-rate-limit'
import passport from 'passport'
import { Strategy } from 'passport-local'
import { describe, expect, test } from 'vitest'
import {
  countAccount,
  passwordVerifier,
  requireSecondFactor,
  type AuthenticateUser,
  type OAuthEvent,
  type OAuthPasswordGrantOptions,
} from '../../lib/index.js'
import { basic, requestToken, startTokenServer, webBackend } from '../start-server.js'

const client = basic(webBackend)

interface Account {
  readonly id: string
  readonly passwordHash: string
}

const PASSWORD = 'correct horse battery staple'
const ACCOUNT: Account = { id: 'alice', passwordHash: `hash of ${PASSWORD}` }

/** Finds alice by any number of addresses: `alice+1@example.com`, `alice+2@example.com` and so on. */
const find = (name: string) => (/^alice\+\d+@example\.com$/.test(name) ? ACCOUNT : undefined)
const name = (index: number) => `alice+${index}@example.com`

const isRight = (user: Account | undefined, password: string) => user?.passwordHash === `hash of ${password}`

const verifierOptions = {
  findUser: find,
  verify: (hash: string, password: string) => hash === `hash of ${password}`,
  hash: (password: string) => `hash of ${password}`,
}

/** Ways to check passwords, each of which counts the account. `onCheck` is called when alice's password is checked. */
const CHECKS: readonly { name: string; options: (onCheck: () => void) => Partial<OAuthPasswordGrantOptions> }[] = [
  {
    name: 'passwordVerifier',
    options: (onCheck) => ({
      authenticateUser: passwordVerifier({
        ...verifierOptions,
        verify: (hash, password) => {
          if (hash === ACCOUNT.passwordHash) onCheck()
          return hash === `hash of ${password}`
        },
      }),
    }),
  },
  {
    name: 'an authenticateUser that wraps a passwordVerifier',
    options(onCheck) {
      const verifier = passwordVerifier({
        ...verifierOptions,
        verify: (hash, password) => {
          if (hash === ACCOUNT.passwordHash) onCheck()
          return hash === `hash of ${password}`
        },
      })
      return { authenticateUser: async (username, password, context) => verifier(username, password, context) }
    },
  },
  {
    name: 'an authenticateUser that calls context.countAccount',
    options(onCheck) {
      const authenticateUser: AuthenticateUser = async (username, password, context) => {
        let user = find(username)
        if (!(await context.countAccount(user))) user = undefined
        if (user !== undefined) onCheck()
        return isRight(user, password) ? user : undefined
      }
      return { authenticateUser }
    },
  },
  {
    name: 'a Passport strategy that calls countAccount',
    options(onCheck) {
      const own = new passport.Passport()
      own.use(
        new Strategy({ passReqToCallback: true }, (req, username, password, done) => {
          const check = async () => {
            let user = find(username)
            if (!(await countAccount(req, user))) user = undefined
            if (user !== undefined) onCheck()
            return isRight(user, password) && user
          }
          check().then((user) => {
            done(null, user)
          }, done)
        }),
      )
      return { userStrategy: 'local', passport: own }
    },
  },
]

async function startServer(
  options: (typeof CHECKS)[number]['options'],
  overrides: Partial<OAuthPasswordGrantOptions> = {},
) {
  const events: OAuthEvent[] = []
  let checks = 0
  const { url } = await startTokenServer({
    onEvent: (event) => events.push(event),
    ...options(() => (checks += 1)),
    ...overrides,
  })
  const logIn = async (username: string, password: string) => {
    const { status, text } = await requestToken(url, { grant_type: 'password', username, password }, client)
    return status === 200 ? '200' : `${status} ${text}`
  }
  return { url, events, logIn, checks: () => checks }
}

describe.each(CHECKS)('guesses at one account by many names, through $name,', ({ options }) => {
  test('are ten from one address, and the right password is then refused like that of an unknown user', async () => {
    const { logIn, checks, events } = await startServer(options)
    const unknown = await logIn('nobody', 'wrong')
    for (let index = 0; index < 30; index += 1) expect(await logIn(name(index), 'wrong')).toBe(unknown)
    expect(checks()).toBe(10)
    expect(await logIn(name(99), PASSWORD)).toBe(unknown)
    expect(checks()).toBe(10)
    expect(events.find(({ type }) => type === 'limit_reached')).toMatchObject({ limit: 'userAndAddress' })
  })

  test('are not slowed by right passwords, which count for nothing', async () => {
    const { logIn, checks } = await startServer(options)
    for (let index = 0; index < 30; index += 1) expect(await logIn(name(index), PASSWORD)).toBe('200')
    expect(checks()).toBe(30)
  })

  test('ask a store of the limits as often as guesses at an unknown user', async () => {
    const calls: string[] = []
    class CountingStore extends MemoryStore {
      override increment(key: string) {
        calls.push('increment')
        return super.increment(key)
      }
      override get(key: string) {
        calls.push('get')
        return super.get(key)
      }
    }
    const { logIn } = await startServer(options, { limits: { store: () => new CountingStore() } })
    const callsOf = async (username: string) => {
      calls.length = 0
      await logIn(username, 'wrong')
      return calls.toSorted()
    }
    await callsOf(name(0))
    const known = await callsOf(name(1))
    expect(await callsOf('nobody')).toEqual(known)
    expect(known.length).toBeGreaterThan(5)
  })
})

describe('a right password that needs a second factor', () => {
  test('gives the account its guess back, and makes up for no wrong one', async () => {
    const { logIn } = await startServer(() => ({
      authenticateUser: passwordVerifier({ ...verifierOptions, needsSecondFactor: () => true }),
      secondFactor: { verify: () => false, findUser: () => ACCOUNT },
    }))
    for (let index = 0; index < 30; index += 1) expect(await logIn(name(index), PASSWORD)).toMatch(/^403/)
    for (let index = 0; index < 9; index += 1) await logIn(name(index), 'wrong')
    expect(await logIn(name(98), PASSWORD)).toMatch(/^403/)
    await logIn(name(99), 'wrong')
    expect(await logIn(name(97), PASSWORD)).toMatch(/^400/)
  })
})

describe('countAccount', () => {
  test('counts a user once in a login, however often it is called', async () => {
    const { logIn } = await startServer(() => ({
      authenticateUser: async (_name, _password, context) => {
        for (let time = 0; time < 5; time += 1) expect(await context.countAccount(ACCOUNT)).toBe(true)
        return requireSecondFactor(ACCOUNT)
      },
      limits: { userAndAddress: { limit: 2 } },
      secondFactor: { verify: () => false, findUser: () => ACCOUNT },
    }))
    expect(await logIn(name(0), PASSWORD)).toMatch(/^403/)
  })

  test('counts nothing for a request that is not a login of this server', async () => {
    expect(await countAccount({}, ACCOUNT)).toBe(true)
  })

  test('of a user without a subject is a 500, after one hash', async () => {
    const hashes: string[] = []
    const errors: unknown[] = []
    const { logIn } = await startServer(
      () => ({
        authenticateUser: passwordVerifier({
          findUser: () => ({ passwordHash: ACCOUNT.passwordHash }) as typeof ACCOUNT,
          verify: (hash: string, password: string) => {
            hashes.push(hash)
            return hash === `hash of ${password}`
          },
          hash: (password: string) => `hash of ${password}`,
        }),
      }),
      { onError: (error) => errors.push(error) },
    )
    await logIn('anybody', 'wrong')
    const before = hashes.length
    expect(await logIn('anybody', 'wrong')).toMatch(/^500/)
    expect(hashes.length).toBe(before + 1)
    expect(String(errors[0])).toContain('no subject')
  })
})
