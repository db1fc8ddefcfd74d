import { randomBytes } from 'node:crypto'
import { demo } from '../demo.js'
import { strangersAddresses } from './addresses.js'
import type { Guess } from './guessing.js'

export interface GuessingAttack {
  readonly name: string
  /** What the attacker has, and does. */
  readonly story: string
  readonly guesses: readonly Guess[]
}

/** By one of three ways each, as attackers go about it; everything that is random is another one at each call. */
export function guessingAttacks(): readonly GuessingAttack[] {
  return [credentialStuffing(), passwordSpraying(), targetedGuessing()]
}

/** Bob's password has leaked elsewhere, and stands so far down the list that the limit by address comes first. */
function credentialStuffing(): GuessingAttack {
  const [address = ''] = strangersAddresses(1)
  const guesses: Guess[] = strangersNames(300).map((name) => ({ name, password: password(), address }))
  guesses[240] = { name: demo.bob.name, password: demo.bob.password, address }
  return {
    name: 'Credential stuffing',
    story: '300 leaked names and passwords from one address; the 241st is right',
    guesses,
  }
}

function passwordSpraying(): GuessingAttack {
  const addresses = strangersAddresses(50)
  const guesses = strangersNames(300).map((name, n) => ({
    name,
    password: 'Winter2026!',
    address: addresses[n % addresses.length] ?? '',
  }))
  return { name: 'Password spraying', story: 'one password for 300 names, from 50 addresses', guesses }
}

function targetedGuessing(): GuessingAttack {
  const guesses = strangersAddresses(100).flatMap((address) =>
    [1, 2, 3].map(() => ({ name: demo.alice.name, password: password(), address })),
  )
  return { name: 'Targeted guessing', story: '300 passwords for alice, from 100 addresses', guesses }
}

function strangersNames(count: number): readonly string[] {
  return Array.from({ length: count }, () => `${randomBytes(6).toString('hex')}@mail.example`)
}

function password(): string {
  return randomBytes(6).toString('base64url')
}
