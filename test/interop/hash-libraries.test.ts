import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import * as nodeRsArgon2 from '@node-rs/argon2'
import argon2 from 'argon2'
import bcrypt from 'bcrypt'
import { describe, expect, test, vi } from 'vitest'
import { passwordVerifier } from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'

/** How each library is used, at its own cost of `today`, with a hash at an older one. Costs are low, for tests only. */
interface HashLibrary {
  readonly verify: (hash: string, password: string) => Promise<boolean>
  readonly hash: (password: string) => Promise<string>
  readonly hashOfOld: (password: string) => Promise<string>
  readonly needsRehash: (hash: string) => boolean
  /** What it makes of a hash that is none: some throw. */
  readonly malformed: 400 | 500
}

const derive: (password: string, salt: Buffer, length: number, options: { N: number }) => Promise<Buffer> =
  promisify(scrypt)
const scryptHash = async (password: string, N: number) => {
  const salt = randomBytes(16)
  return `scrypt$${N}$${salt.toString('base64')}$${(await derive(password, salt, 32, { N })).toString('base64')}`
}

const libraries: Readonly<Record<string, HashLibrary>> = {
  '@node-rs/argon2': {
    verify: (hash, password) => nodeRsArgon2.verify(hash, password),
    hash: (password) => nodeRsArgon2.hash(password, { memoryCost: 1024, timeCost: 2 }),
    hashOfOld: (password) => nodeRsArgon2.hash(password, { memoryCost: 1024, timeCost: 1 }),
    needsRehash: (hash) => !hash.includes('m=1024,t=2,p=1'),
    malformed: 500,
  },
  argon2: {
    verify: (hash, password) => argon2.verify(hash, password),
    hash: (password) => argon2.hash(password, { memoryCost: 1024, timeCost: 3, parallelism: 1 }),
    hashOfOld: (password) => argon2.hash(password, { memoryCost: 1024, timeCost: 2, parallelism: 1 }),
    needsRehash: (hash) => argon2.needsRehash(hash, { memoryCost: 1024, timeCost: 3, parallelism: 1 }),
    malformed: 500,
  },
  bcrypt: {
    verify: (hash, password) => bcrypt.compare(password, hash),
    hash: (password) => bcrypt.hash(password, 5),
    hashOfOld: (password) => bcrypt.hash(password, 4),
    needsRehash: (hash) => bcrypt.getRounds(hash) < 5,
    malformed: 400,
  },
  'scrypt of node:crypto': {
    async verify(hash, password) {
      const [kind, N, salt, key] = hash.split('$')
      if (kind !== 'scrypt' || salt === undefined || key === undefined) throw new Error('no hash of scrypt')
      const made = await derive(password, Buffer.from(salt, 'base64'), 32, { N: Number(N) })
      return timingSafeEqual(made, Buffer.from(key, 'base64'))
    },
    hash: (password) => scryptHash(password, 2048),
    hashOfOld: (password) => scryptHash(password, 1024),
    needsRehash: (hash) => !hash.startsWith('scrypt$2048$'),
    malformed: 500,
  },
}

const client = basic(webBackend)
const login = { grant_type: 'password', ...alice }

describe.each(Object.entries(libraries))('hashes of %s', (_name, library) => {
  async function start() {
    const hashes = new Map<string, string | null>([
      ['alice', await library.hashOfOld(alice.password)],
      ['hashless', null],
      ['malformed', 'garbage'],
    ])
    const errors: unknown[] = []
    const server = await startTokenServer({
      authenticateUser: passwordVerifier({
        findUser: (id) => (hashes.has(id) ? { id, passwordHash: hashes.get(id) ?? null } : undefined),
        verify: library.verify,
        hash: library.hash,
        needsRehash: library.needsRehash,
        saveHash({ id }, made, old) {
          if (hashes.get(id) === old) hashes.set(id, made)
        },
      }),
      onError: (error) => errors.push(error),
    })
    return { ...server, hashes, errors }
  }

  test('let in by the right password, and nobody else in the same bytes.', async () => {
    const { url } = await start()
    expect((await requestToken(url, login, client)).status).toBe(200)
    const wrong = await requestToken(url, { ...login, password: 'wrong' }, client)
    const unknown = await requestToken(url, { ...login, username: 'nobody' }, client)
    const hashless = await requestToken(url, { ...login, username: 'hashless' }, client)
    expect([wrong.status, unknown.status, hashless.status]).toEqual([400, 400, 400])
    expect([unknown.text, hashless.text]).toEqual([wrong.text, wrong.text])
  })

  test('are made anew where they are older than those of today, and let in again.', async () => {
    const { url, hashes, errors } = await start()
    const old = hashes.get('alice')
    expect((await requestToken(url, login, client)).status).toBe(200)
    await vi.waitFor(() => {
      expect(hashes.get('alice')).not.toBe(old)
    })
    const made = hashes.get('alice')
    expect((await requestToken(url, login, client)).status).toBe(200)
    expect([library.needsRehash(made ?? ''), hashes.get('alice'), errors]).toEqual([false, made, []])
  })

  test('that are none let nobody in.', async () => {
    const { url, errors } = await start()
    const answer = await requestToken(url, { ...login, username: 'malformed' }, client)
    expect([answer.status, errors.length]).toEqual([library.malformed, library.malformed === 500 ? 1 : 0])
  })
})

test('What bcrypt would cut off is refused where passwordLimit is 72.', async () => {
  const password = 'p'.repeat(72)
  const passwordHash = await bcrypt.hash(password, 4)
  const authenticateUser = passwordVerifier({
    findUser: () => ({ id: '42', passwordHash }),
    verify: (hash, given) => bcrypt.compare(given, hash),
    hash: (given) => bcrypt.hash(given, 4),
  })
  const { url } = await startTokenServer({ authenticateUser, passwordLimit: 72 })
  expect((await requestToken(url, { ...login, password }, client)).status).toBe(200)
  expect((await requestToken(url, { ...login, password: `${password}?` }, client)).status).toBe(400)
})
