import { channel } from 'node:diagnostics_channel'
import type { OAuthEvent, TellEvent } from '../event.js'
import { toldOption } from './hooks.js'

/** The name of the channel of `node:diagnostics_channel` on which every event is published. */
export const EVENT_CHANNEL = 'express-oauth-password-grant'

const published = channel(EVENT_CHANNEL)

const NO_REQUEST = { id: undefined, address: undefined, endUserAddress: undefined }

/** Events go to the hook and to the channel, and cost nothing where nobody listens. */
export function eventsOption(onEvent: ((event: OAuthEvent) => void) | undefined, issuer: string): TellEvent {
  const hook = onEvent === undefined ? undefined : toldOption('onEvent', onEvent, () => undefined)
  return (detail, request) => {
    if (hook === undefined && !published.hasSubscribers) return
    const { id: requestId, address, endUserAddress } = request ?? NO_REQUEST
    const origin = { time: Date.now(), issuer, requestId, address, endUserAddress }
    const event: OAuthEvent = Object.freeze({ ...detail, ...origin })
    hook?.(event)
    published.publish(event)
  }
}
