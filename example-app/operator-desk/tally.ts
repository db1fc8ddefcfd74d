import type { OAuthEvent, OAuthPasswordGrant } from 'express-oauth-password-grant'
import type { LoginTimes } from './login-times.js'
import { countersOf, weightOf, type Counter, type Measure } from './measure.js'

type PasswordChecks = OAuthPasswordGrant['passwordChecks']

/** What is sent for each second: the measures that are not zero. */
export interface Second {
  /** In seconds since the epoch. */
  readonly time: number
  readonly values: Readonly<Partial<Record<Measure, number | null>>>
}

/** Counts the events of a second, and the most password checks that were seen in it. */
export class Tally {
  readonly #times: LoginTimes
  readonly #passwordChecks: PasswordChecks
  #counts: Partial<Record<Counter, number>> = {}
  #most: PasswordChecks = { inFlight: 0, waiting: 0 }

  constructor(times: LoginTimes, passwordChecks: PasswordChecks) {
    this.#times = times
    this.#passwordChecks = passwordChecks
  }

  count(event: OAuthEvent): void {
    const weight = weightOf(event)
    for (const counter of countersOf(event)) this.#counts[counter] = (this.#counts[counter] ?? 0) + weight
    this.sample()
  }

  /** Looks at the password checks, which come and go many times a second. */
  sample(): void {
    const { inFlight, waiting } = this.#passwordChecks
    this.#most = {
      inFlight: Math.max(this.#most.inFlight, inFlight),
      waiting: Math.max(this.#most.waiting, waiting),
    }
  }

  /** The second that ends now; the next one begins. */
  take(): Second {
    const values = { ...this.#counts, ...this.#times.percentiles(), ...this.#most }
    this.#counts = {}
    this.#most = { inFlight: 0, waiting: 0 }
    return { time: Math.floor(Date.now() / 1000), values }
  }
}
