import type { OAuthEvent } from 'express-oauth-password-grant'
import { meaningOf, type Tone } from './event-meaning.js'

/** An event as the desk shows it. */
export interface Happening {
  /** In milliseconds since the epoch. */
  readonly time: number
  readonly type: OAuthEvent['type']
  readonly tone: Tone
  /** What the event means, for a person. */
  readonly sentence: string
  /** Where the end user is, as far as that is known; empty where there was no request. */
  readonly address: string
}

export function happening(event: OAuthEvent): Happening {
  const { time, type, endUserAddress, address = '' } = event
  return { time, type, ...meaningOf(event), address: endUserAddress ?? address }
}
