import { setTimeout as sleep } from 'node:timers/promises'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Request } from 'express'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  passwordVerifier,
  SecondFactorRequired,
  type LoginContext,
  type PasswordVerifierOptions,
} from '../../../lib/index.js'

interface Account {
  readonly id: string
  readonly passwordHash?: string | null
  readonly disabled?: boolean
}

const request = new IncomingMessage(new Socket()) as Request // of which nothing is read
const context: LoginContext = { client: undefined, scope: '', request }
const accounts = new Map<string, Account>(
  [
    { id: 'alice', passwordHash: 'hash:sesame' },
    { id: 'disabled', passwordHash: 'hash:sesame', disabled: true },
    { id: 'hashless', passwordHash: null },
    { id: 'empty-hash', passwordHash: '' },
    { id: 'emptied', passwordHash: 'hash:' },
    { id: 'malformed', passwordHash: 'garbage' },
    { id: 'outdated', passwordHash: 'hash:old:sesame' },
  ].map((account) => [account.id, account]),
)

/** A verifier over those accounts; `verified` has every hash that was verified since. */
async function startVerifier(overrides: Partial<PasswordVerifierOptions<Account>> = {}) {
  const verified: string[] = []
  const authenticate = passwordVerifier<Account>({
    findUser: (name) => accounts.get(name),
    verify: async (hash, password) => {
      verified.push(hash)
      await sleep(1)
      if (!hash.startsWith('hash:')) throw new Error('the hash is malformed')
      return hash.split(':').at(-1) === password
    },
    hash: (password) => `hash:${password}`,
    isAllowed: ({ disabled }) => disabled !== true,
    ...overrides,
  })
  const login = async (name: string, password: string) => authenticate(name, password, context)
  await login('nobody', 'settles').catch(() => undefined)
  verified.length = 0
  return { login, verified }
}

describe('a password verifier', () => {
  test('answers the user for the right password alone', async () => {
    const { login } = await startVerifier()
    expect(await login('alice', 'sesame')).toBe(accounts.get('alice'))
    expect(await login('alice', 'Sesame')).toBeUndefined()
  })

  test.each([
    ['nobody', 'sesame'],
    ['alice', 'wrong'],
    ['alice', ''],
    ['disabled', 'sesame'],
    ['disabled', 'wrong'],
    ['hashless', 'sesame'],
    ['hashless', ''],
    ['empty-hash', ''],
    ['emptied', ''],
    ['nobody', ''],
  ])('refuses %s with the password "%s" by one hash', async (name, password) => {
    const { login, verified } = await startVerifier()
    expect(await login(name, password)).toBeUndefined()
    expect(verified).toHaveLength(1)
  })

  test('asks whether a user is allowed only after the right password, and takes nothing but true', async () => {
    const asked: string[] = []
    for (const answer of [false, undefined, null, 1, 'yes'] as unknown as boolean[]) {
      const { login } = await startVerifier({
        isAllowed: ({ id }) => {
          asked.push(id)
          return answer
        },
      })
      expect(await login('alice', 'wrong')).toBeUndefined()
      expect(await login('alice', 'sesame')).toBeUndefined()
    }
    expect(asked).toEqual(Array(5).fill('alice'))
  })

  test('asks whether a user needs a second factor only after the right password, and takes nothing but false for no', async () => {
    const asked: string[] = []
    for (const answer of [true, undefined, null, 0, ''] as unknown as boolean[]) {
      const { login } = await startVerifier({
        needsSecondFactor: ({ id }) => {
          asked.push(id)
          return answer
        },
      })
      expect(await login('alice', 'wrong')).toBeUndefined()
      expect(await login('disabled', 'sesame')).toBeUndefined()
      expect(await login('alice', 'sesame')).toBeInstanceOf(SecondFactorRequired)
    }
    expect(asked).toEqual(Array(5).fill('alice'))
    const { login } = await startVerifier({ needsSecondFactor: () => false })
    expect(await login('alice', 'sesame')).toMatchObject({ id: 'alice' })
  })

  test('rejects where a hash in the database is malformed, after as long as a wrong password takes', async () => {
    const { login, verified } = await startVerifier()
    await expect(login('malformed', 'sesame')).rejects.toThrow('the hash is malformed')
    expect(verified).toEqual(['garbage', expect.stringMatching(/^hash:/)])
  })

  test.each([
    ['findUser', { findUser: () => Promise.reject(new Error('the database is down')) }],
    ['isAllowed', { isAllowed: () => Promise.reject(new Error('the database is down')) }],
    ['needsSecondFactor', { needsSecondFactor: () => Promise.reject(new Error('the database is down')) }],
  ] as [string, Partial<PasswordVerifierOptions<Account>>][])('rejects where %s does', async (_name, overrides) => {
    const { login } = await startVerifier(overrides)
    await expect(login('alice', 'sesame')).rejects.toThrow('the database is down')
  })

  test.each([
    [
      'a user has no passwordHash and no hashOf says where it is',
      { findUser: () => ({ id: '1', password: 'x' }) },
      /hashOf/,
    ],
    ['a hash is no text', { hashOf: () => Buffer.from('hash:sesame') as unknown as string }, /hashOf/],
    [
      'hashOf throws',
      {
        hashOf: () => {
          throw new Error('no such column')
        },
      },
      /no such column/,
    ],
  ] as [string, Partial<PasswordVerifierOptions<Account>>, RegExp][])(
    'rejects where %s, after one hash',
    async (_what, overrides, sentence) => {
      const { login, verified } = await startVerifier(overrides)
      await expect(login('alice', 'sesame')).rejects.toThrow(sentence)
      expect(verified).toHaveLength(1)
    },
  )

  test('never takes what is not true for a right password', async () => {
    for (const answer of [1, 'true', {}, undefined] as unknown as boolean[]) {
      let isStarted = false
      const { login } = await startVerifier({
        verify: (hash, password) => (isStarted ? answer : hash === `hash:${password}`),
      })
      isStarted = true
      await expect(login('alice', 'sesame')).rejects.toThrow(/must return true or false/)
    }
  })

  test('refuses everybody where verify does not fit the hash, such as bcrypt.compare as it is', async () => {
    const reversed = (password: string, hash: string) => hash === `hash:${password}`
    const always = () => true
    const never = () => false
    for (const verify of [reversed, always, never]) {
      const { login } = await startVerifier({ verify })
      await expect(login('alice', 'sesame')).rejects.toThrow(/does not fit the hash/)
    }
  })

  test('tries again where the hash at start-up failed', async () => {
    let isDown = true
    const { login } = await startVerifier({
      hash: (password) => {
        if (isDown) throw new Error('no memory left')
        return `hash:${password}`
      },
    })
    await expect(login('alice', 'sesame')).rejects.toThrow('no memory left')
    isDown = false
    expect(await login('alice', 'sesame')).toBe(accounts.get('alice'))
  })

  test('takes a dummy hash where it can make none', async () => {
    const { login, verified } = await startVerifier({ hash: undefined, dummyHash: 'hash:of nobody' })
    expect(await login('nobody', 'of nobody')).toBeUndefined()
    expect(verified).toEqual(['hash:of nobody'])
  })
})

describe('rehashing', () => {
  function recorded(overrides: Partial<PasswordVerifierOptions<Account>> = {}) {
    const saved: unknown[] = []
    const options: Partial<PasswordVerifierOptions<Account>> = {
      needsRehash: (hash) => hash.includes(':old:'),
      saveHash: (user, made, old) => saved.push([user.id, made, old]),
      ...overrides,
    }
    return { saved, options }
  }

  test('makes an outdated hash anew after a login that succeeded, and no other', async () => {
    const { saved, options } = recorded()
    const { login } = await startVerifier(options)
    await login('outdated', 'wrong')
    await login('alice', 'sesame')
    await login('outdated', 'sesame')
    await sleep(5)
    expect(saved).toEqual([['outdated', 'hash:sesame', 'hash:old:sesame']])
  })

  test('neither delays a login nor is done twice at a time', async () => {
    let making = 0
    let goOn: () => void = () => undefined
    const held = new Promise<void>((resolve) => (goOn = resolve))
    const { saved, options } = recorded({
      hash: async (password) => {
        if (password === 'sesame') making++
        if (password === 'sesame') await held
        return `hash:${password}`
      },
    })
    const { login } = await startVerifier(options)
    for (let time = 0; time < 3; time++) expect(await login('outdated', 'sesame')).toBeDefined()
    expect(saved).toEqual([])
    goOn()
    await vi.waitFor(() => {
      expect(saved).toHaveLength(1)
    })
    expect(making).toBe(1)
  })

  test.each([
    [
      'needsRehash',
      {
        needsRehash: () => {
          throw new Error('it failed')
        },
      },
    ],
    ['saveHash', { saveHash: () => Promise.reject(new Error('it failed')) }],
  ] as [string, Partial<PasswordVerifierOptions<Account>>][])(
    'is printed where %s fails, without the password, and the login succeeds',
    async (_name, overrides) => {
      const print = vi.spyOn(console, 'error').mockReturnValue()
      onTestFinished(() => {
        print.mockRestore()
      })
      const { login } = await startVerifier(recorded(overrides).options)
      expect(await login('outdated', 'sesame')).toBeDefined()
      await vi.waitFor(() => {
        expect(print).toHaveBeenCalledOnce()
      })
      const printed = print.mock.calls.flat().map(String).join(' ')
      expect(printed).toContain('it failed')
      expect(printed).not.toContain('sesame')
    },
  )
})

describe('options that are wrong are a TypeError at start-up:', () => {
  const findUser = () => undefined
  const verify = () => false
  const hash = () => 'hash'
  test.each<[unknown, string]>([
    [undefined, 'passwordVerifier'],
    [{ verify, hash }, 'passwordVerifier.findUser'],
    [{ findUser, hash }, 'passwordVerifier.verify'],
    [{ findUser, verify: 'bcrypt', hash }, 'passwordVerifier.verify'],
    [{ findUser, verify }, 'hash and dummyHash'],
    [{ findUser, verify, hash, dummyHash: 'x' }, 'hash and dummyHash'],
    [{ findUser, verify, dummyHash: '' }, 'passwordVerifier.dummyHash'],
    [{ findUser, verify, hash: 'argon2' }, 'passwordVerifier.hash'],
    [{ findUser, verify, hash, isAllowed: true }, 'passwordVerifier.isAllowed'],
    [{ findUser, verify, hash, needsSecondFactor: true }, 'passwordVerifier.needsSecondFactor'],
    [{ findUser, verify, hash, hashOf: 'password_hash' }, 'passwordVerifier.hashOf'],
    [{ findUser, verify, hash, needsRehash: () => true }, 'saveHash'],
    [{ findUser, verify, hash, saveHash: () => undefined }, 'needsRehash'],
    [{ findUser, verify, dummyHash: 'x', needsRehash: () => true, saveHash: () => undefined }, 'hash'],
    [{ findUser, verify, hash, isallowed: () => true }, 'isallowed'],
  ])('%o', (options, named) => {
    expect(() => passwordVerifier(options as never)).toThrow(TypeError)
    expect(() => passwordVerifier(options as never)).toThrow(named)
  })
})
