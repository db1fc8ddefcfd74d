import type { LimitName } from 'express-oauth-password-grant'
import type { Measure } from './measure.js'

/** One line of a plot. */
export interface Line {
  readonly measure: Measure
  readonly name: string
  /** The number of its colour and dash in `operator-desk.css` and `browser/plot.js`. */
  readonly style: 1 | 2 | 3 | 4 | 5 | 6
}

export interface Plot {
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly lines: readonly Line[]
}

/** Of each limiter: its line's name and style. */
const limitLines: Readonly<Record<LimitName, Pick<Line, 'name' | 'style'>>> = {
  address: { name: 'one address, any name', style: 1 },
  userAndAddress: { name: 'name at one address', style: 2 },
  user: { name: 'name from anywhere', style: 3 },
  clientAddress: { name: 'client secrets', style: 4 },
  secondFactor: { name: 'second factor', style: 5 },
  secondFactorPrompt: { name: 'codes sent', style: 6 },
}

const SECONDS = 'a second'

/** What the desk draws, in this order. */
export const plots: readonly Plot[] = [
  {
    id: 'logins',
    title: 'Logins',
    unit: SECONDS,
    lines: [
      { measure: 'signedIn', name: 'signed in', style: 1 },
      { measure: 'wrongPassword', name: 'wrong name or password', style: 2 },
      { measure: 'secondFactorRequired', name: 'asked for a second factor', style: 6 },
      { measure: 'limited', name: 'turned away by a limit', style: 3 },
      { measure: 'refusedOtherwise', name: 'refused for another reason', style: 4 },
      { measure: 'shed', name: 'turned away for lack of room', style: 5 },
    ],
  },
  {
    id: 'times',
    title: 'Time of a login',
    unit: 'ms, of the last ten seconds',
    lines: [
      { measure: 'p50', name: 'half are faster', style: 1 },
      { measure: 'p95', name: '95 % are faster', style: 2 },
      { measure: 'p99', name: '99 % are faster', style: 3 },
    ],
  },
  {
    id: 'limits',
    title: 'Limits hit',
    unit: SECONDS,
    lines: Object.entries(limitLines).map(([limit, line]) => ({ measure: `limit.${limit as LimitName}`, ...line })), // the boundary: its own keys
  },
  {
    id: 'refreshes',
    title: 'Refreshes',
    unit: SECONDS,
    lines: [
      { measure: 'refreshed', name: 'refreshed', style: 1 },
      { measure: 'refreshRefused', name: 'refused', style: 2 },
      { measure: 'reused', name: 'stolen token used again', style: 5 },
    ],
  },
  {
    id: 'checks',
    title: 'Password checks',
    unit: 'at once, the most in a second',
    lines: [
      { measure: 'inFlight', name: 'running', style: 1 },
      { measure: 'waiting', name: 'waiting', style: 3 },
    ],
  },
]

export interface Total extends Pick<Line, 'measure' | 'name'> {
  /** Whether one is one too many. */
  readonly isAlarm: boolean
}

/** What is summed up over the time that is kept. */
export const totals: readonly Total[] = [
  { measure: 'signedIn', name: 'signed in', isAlarm: false },
  { measure: 'wrongPassword', name: 'wrong name or password', isAlarm: false },
  { measure: 'limited', name: 'turned away by a limit', isAlarm: false },
  { measure: 'refreshed', name: 'refreshed', isAlarm: false },
  { measure: 'reused', name: 'stolen tokens used', isAlarm: true },
  { measure: 'trouble', name: 'failures of ours', isAlarm: true },
]
