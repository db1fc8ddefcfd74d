import { setTimeout } from 'node:timers/promises'
import type { Outcome, Victim } from './victim.js'

export interface Guess {
  readonly name: string
  readonly password: string
  readonly address: string
}

export type Outcomes = Readonly<Record<Outcome, number>>

/** So many at a time, and so many a second, which a person at the desk can follow. */
const AT_ONCE = 8
const A_SECOND = 40

/** Makes guesses, a few at a time, in about their order. `onGuess` is told of each once it is answered. */
export async function makeGuesses(victim: Victim, guesses: readonly Guess[], onGuess: () => void): Promise<Outcomes> {
  const outcomes = { signedIn: 0, refused: 0, limited: 0, shed: 0, failed: 0 }
  const started = performance.now()
  let next = 0

  async function guessOn(): Promise<void> {
    for (let guess = guesses[next]; guess !== undefined; guess = guesses[next]) {
      const due = started + (next * 1000) / A_SECOND
      next += 1
      await setTimeout(Math.max(0, due - performance.now()))
      const { outcome } = await victim.login(guess.name, guess.password, guess.address)
      outcomes[outcome] += 1
      onGuess()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, guessOn))
  return outcomes
}
