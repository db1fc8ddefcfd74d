import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { passwordVerifier, type AuthenticateUser, type LimitsOptions } from '../../lib/index.js'
import { foldedName } from '../../lib/limits/folded-name.js'
import { basic, requestToken, startTokenServer, webBackend } from '../start-server.js'
import { mariadbUsers, postgresUsers, type CollatedUser, type CollatedUsers } from './collated-users.js'
import { missingServer } from './on-every-store.js'
import { MARIADB_URL, POSTGRES_URL } from '../servers.js'

const NAME = 'alice'
const PASSWORD = 'correct horse battery staple'
const USER: CollatedUser = { id: '1', passwordHash: `hash of ${PASSWORD}` }
const client = basic(webBackend)

/** The Basic Multilingual Plane, the plane of other scripts and symbols, and the tags and variation selectors. */
const PLANES = [
  [0x0001, 0xd800],
  [0xe000, 0x20000],
  [0xe0000, 0xe0200],
] as const

/** `alice`, with a place for one more character. */
const PARTS: readonly string[] = ['a', 'l', '', 'i', 'c', 'e']
const ADDITION = 2

/** Characters that no collation compares like a Latin letter. */
const NEVER_A_LETTER = /[\p{Script=Han}\p{Script=Hangul}\p{Co}\p{Cn}]/u

/** How many names the guesses go through. */
const MOST_FORMS = 60

/** The name with one of its parts replaced by any other character. */
function* spellings(): Generator<string> {
  for (const [first, end] of PLANES) {
    for (let code = first; code < end; code += 1) {
      const character = String.fromCodePoint(code)
      for (let part = 0; part < PARTS.length; part += 1) {
        if (part === ADDITION || !NEVER_A_LETTER.test(character)) yield withPart(part, character)
      }
    }
  }
}

function withPart(part: number, text: string): string {
  return PARTS.with(part, text).join('')
}

/** All combinations of replaced parts, each of which by itself folds to a form of its own. */
function combinations(forms: readonly string[]): string[] {
  const choices = PARTS.map((part, index) => [
    part,
    ...forms.flatMap((form) => {
      const [before, after] = [PARTS.slice(0, index).join(''), PARTS.slice(index + 1).join('')]
      const isOfPart = form !== NAME && form.startsWith(before) && form.endsWith(after)
      return isOfPart ? [form.slice(before.length, form.length - after.length)] : []
    }),
  ])
  return choices.reduce((names, texts) => names.flatMap((name) => texts.map((text) => name + text)), [''])
}

/** One name of each form that the limits fold these names to. */
function oneOfEachForm(names: readonly string[]): string[] {
  return [...new Map(names.map((name) => [foldedName(name), name])).values()]
}

const verifier = (users: CollatedUsers, onHash: () => void): AuthenticateUser =>
  passwordVerifier<CollatedUser>({
    findUser: (name) => users.find(name),
    verify: (hash, password) => {
      if (hash === USER.passwordHash) onHash()
      return hash === `hash of ${password}`
    },
    hash: (password) => `hash of ${password}`,
  })

const byHand =
  (users: CollatedUsers, onHash: () => void): AuthenticateUser =>
  async (name, password, context) => {
    let user = await users.find(name)
    if (!(await context.countAccount(user))) user = undefined
    if (user !== undefined) onHash()
    return user?.passwordHash === `hash of ${password}` ? user : undefined
  }

describe.each([
  { database: 'MariaDB', url: MARIADB_URL, collation: 'utf8mb4_unicode_ci', open: mariadbUsers },
  { database: 'MariaDB', url: MARIADB_URL, collation: 'utf8mb4_unicode_520_ci', open: mariadbUsers },
  { database: 'PostgreSQL', url: POSTGRES_URL, collation: 'und-u-ks-level1', open: postgresUsers },
])('spelling variants of a name on $database, $collation,', async ({ database, url, collation, open }) => {
  const missing = await missingServer(database, url)
  let opened: CollatedUsers | undefined
  /** Names under which the database finds the user, and such names that the limits count separately. */
  let found: readonly string[] = []
  let forms: readonly string[] = []

  beforeAll(async () => {
    if (missing !== undefined) return
    opened = await open(collation, NAME, USER)
    found = await opened.namesOfUser([...new Set(spellings())])
    forms = oneOfEachForm(await opened.namesOfUser(combinations(oneOfEachForm(found)))).slice(0, MOST_FORMS)
  })
  afterAll(async () => opened?.remove())

  async function startServer(check: typeof verifier, limits: LimitsOptions) {
    if (opened === undefined) throw new Error('There is no table of users.')
    let hashes = 0
    const { url: server } = await startTokenServer({
      clients: [{ ...webBackend, endUserAddress: true }],
      authenticateUser: check(opened, () => (hashes += 1)),
      limits,
    })
    const logIn = async (username: string, address: number, password: string) => {
      const headers = { ...client, 'end-user-address': `198.18.${address >> 8}.${address & 255}` }
      const { status, body } = await requestToken(server, { grant_type: 'password', username, password }, headers)
      return status === 200 ? status : [status, body]
    }
    return { logIn, hashes: () => hashes }
  }

  test.skipIf(missing !== undefined)('are many, of which most fold to one form, but not all', () => {
    expect(found.length).toBeGreaterThan(500)
    expect(oneOfEachForm(found).length).toBeLessThan(found.length / 5)
    expect(forms.length).toBeGreaterThan(30)
  })

  describe.each([
    { check: 'passwordVerifier', authenticateUser: verifier },
    { check: 'an authenticateUser that calls countAccount', authenticateUser: byHand },
  ])('through $check', ({ authenticateUser }) => {
    // One name of each form is enough: names of one form share their limits without any help of the account.
    test.skipIf(missing !== undefined)('allow ten hash computations from one address', async () => {
      const { logIn, hashes } = await startServer(authenticateUser, { address: false })
      for (const name of [...forms, ...forms]) await logIn(name, 1, 'wrong')
      expect(hashes()).toBe(10)
      expect(await logIn(forms[0] ?? '', 1, PASSWORD)).toEqual(await logIn('nobody', 1, PASSWORD))
      expect(await logIn(forms[0] ?? '', 2, PASSWORD)).toBe(200)
    })

    test.skipIf(missing !== undefined)('allow as many as limits.user from any number of addresses', async () => {
      const { logIn, hashes } = await startServer(authenticateUser, { user: { limit: 20 } })
      let address = 0
      for (const name of [...forms, ...forms]) await logIn(name, (address += 1), 'wrong')
      expect(hashes()).toBe(20)
      expect(await logIn(forms[0] ?? '', 0, PASSWORD)).toEqual(await logIn('nobody', 0, PASSWORD))
    })
  })
})
