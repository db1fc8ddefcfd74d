/** What the attacked servers serve. */
export const secrets = { signing: 'attacked-signing-secret-of-32-bytes-or-more' }
export const victim = { username: 'victim', password: 'the right one of ten thousand' }

/** One backend names its users' addresses, and one does not. */
export const clients = {
  naming: { id: 'naming-backend', secret: 'naming-backend-secret-of-32-bytes-or-more', endUserAddress: true },
  silent: { id: 'silent-backend', secret: 'silent-backend-secret-of-32-bytes-or-more' },
} as const

export type Backend = keyof typeof clients

/** From where the victim has logged in before, and from where never. */
export const HOME = '203.0.113.7'
export const ELSEWHERE = '192.0.2.55'

export interface Attack {
  readonly name: string
  /** Through which the guesses come, and the victim too. */
  readonly backend: Backend
  readonly guesses: number
  /** A wrong password each, but not always for the victim. */
  readonly guess: (index: number) => { readonly username: string; readonly address: string }
  /** How many guesses may reach the verifier under the default limits. */
  readonly bound: number
  /** Users are found by a database that takes many spellings for one name, and a `passwordVerifier` checks their passwords. */
  readonly isCollated?: true
  /** Whether the victim can log in meanwhile. */
  readonly victim: { readonly home: boolean; readonly elsewhere: boolean }
}

export interface Scale {
  readonly guesses: number
  /** Of password spraying. */
  readonly sprayers: number
  /** Of targeted guessing and of the botnet. */
  readonly bots: number
  /** At whom the botnet guesses. */
  readonly targets: number
}

export const FULL_SCALE: Scale = { guesses: 10_000, sprayers: 500, bots: 1000, targets: 50 }

/** The default limits. */
const LIMIT = { address: 100, userAndAddress: 10, user: 100 }

/** The attacks that the limits are there for, each within one window of every limit. */
export function attacks({ guesses, sprayers, bots, targets }: Scale): readonly Attack[] {
  const atMost = (...bounds: readonly number[]) => Math.min(guesses, ...bounds)
  const botnet = {
    guesses,
    // Each bot goes through all of the names, and begins with another one.
    guess: (index: number) => ({
      username: nameAt((index + Math.floor(index / bots)) % targets),
      address: bot(index % bots),
    }),
  }
  return [
    {
      name: `credential stuffing: ${guesses} names, 1 address`,
      backend: 'naming',
      guesses,
      guess: (index) => ({ username: nameAt(index), address: bot(0) }),
      bound: atMost(LIMIT.address),
      victim: { home: true, elsewhere: true },
    },
    {
      name: `password spraying: ${guesses} names, ${sprayers} addresses`,
      backend: 'naming',
      guesses,
      guess: (index) => ({ username: nameAt(index), address: bot(index % sprayers) }),
      bound: atMost(sprayers * LIMIT.address),
      victim: { home: true, elsewhere: true },
    },
    {
      name: `targeted guessing: 1 name, ${bots} addresses`,
      backend: 'naming',
      guesses,
      guess: (index) => ({ username: victim.username, address: bot(index % bots) }),
      bound: atMost(LIMIT.user, bots * LIMIT.userAndAddress),
      victim: { home: true, elsewhere: false },
    },
    {
      name: `spelling variants: 1 user of MariaDB, ${guesses} spellings, 1 address`,
      backend: 'naming',
      guesses,
      guess: (index) => ({ username: spelling(index), address: bot(0) }),
      isCollated: true,
      bound: atMost(LIMIT.userAndAddress),
      victim: { home: true, elsewhere: true },
    },
    {
      name: `botnet at ${targets} names, ${bots} addresses, backend names them`,
      backend: 'naming',
      ...botnet,
      bound: atMost(targets * LIMIT.user, bots * LIMIT.address),
      victim: { home: true, elsewhere: false },
    },
    {
      name: `botnet at ${targets} names, ${bots} addresses, backend does not`,
      backend: 'silent',
      ...botnet,
      bound: atMost(LIMIT.address, targets * LIMIT.userAndAddress),
      victim: { home: false, elsewhere: false },
    },
  ]
}

/** The victim is one of the names. */
function nameAt(index: number): string {
  return index === 0 ? victim.username : `user-${index}`
}

/** Letters that `utf8mb4_unicode_ci` compares like those of `victim`, and that the limits do not fold, being marks. */
const MARKS = ['\u036e', '\u0365', '\u0368', '\u036d', '\u0365', '\u036b']

/** The victim's name as `utf8mb4_unicode_ci` takes it, some letters replaced, and with ignored characters behind it. */
function spelling(index: number): string {
  const letters = Array.from(victim.username, (letter, place) => ((index >> place) & 1 ? MARKS[place] : letter))
  const ignored = Array.from((index >> MARKS.length).toString(16), (digit) =>
    String.fromCodePoint(0x0591 + parseInt(digit, 16)),
  )
  return [...letters, ...ignored].join('')
}

/** Of the range that is set apart for benchmarks (RFC 2544). */
function bot(index: number): string {
  return `198.18.${index >> 8}.${index & 255}`
}
