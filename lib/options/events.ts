import { channel } from 'node:diagnostics_channel'
import type { OAuthEvent, TellEvent } from '../event.js'
import { toldOption } from './hooks.js'
import { mergedRefusals } from './merged-refusals.js'

/** The name of the channel of `node:diagnostics_channel` on which every event is published. */
export const EVENT_CHANNEL = 'express-oauth-password-grant'

const published = channel(EVENT_CHANNEL)

const NO_REQUEST = { id: undefined, address: undefined, endUserAddress: undefined }

/** Events go to the hook and to the channel. They cost nothing if nobody listens. */
export function eventsOption(onEvent: ((event: OAuthEvent) => void) | undefined, issuer: string): TellEvent {
  const hook = onEvent === undefined ? undefined : toldOption('onEvent', onEvent, () => undefined)
  const tellRefusal = mergedRefusals(tell)

  function tell(event: OAuthEvent): void {
    Object.freeze(event)
    hook?.(event)
    published.publish(event)
  }

  return (detail, request) => {
    if (hook === undefined && !published.hasSubscribers) return
    const { id: requestId, address, endUserAddress } = request ?? NO_REQUEST
    const origin = { time: Date.now(), issuer, requestId, address, endUserAddress }
    switch (detail.type) {
      case 'client_refused':
      case 'login_refused':
      case 'access_token_refused':
      case 'limit_reached':
        tellRefusal({ ...detail, ...origin, count: 1 })
        break
      default:
        tell({ ...detail, ...origin })
    }
  }
}
