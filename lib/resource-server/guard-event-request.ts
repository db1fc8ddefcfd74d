import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { EventRequest } from '../event.js'
import { requestAddress } from '../network/request-address.js'

/** A guarded request as events describe it. Its id and address are only worked out for a listener. */
export function guardEventRequest(request: IncomingMessage): EventRequest {
  let id: string | undefined
  return {
    get id() {
      return (id ??= randomUUID())
    },
    get address() {
      return addressOf(request)
    },
    get endUserAddress() {
      return addressOf(request)
    },
  }
}

/** Express's `ip` respects "trust proxy"; the request of a WebSocket upgrade has none. */
function addressOf(request: IncomingMessage): string | undefined {
  const ip: unknown = Reflect.get(request, 'ip')
  return requestAddress(typeof ip === 'string' ? ip : request.socket.remoteAddress)
}
