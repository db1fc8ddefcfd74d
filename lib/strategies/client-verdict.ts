import type { Client } from '../client.js'
import type { ClientRefusal } from '../event.js'

/** The client that has authenticated, or why it was refused: for the operator's log, never for the response. */
export type ClientVerdict = AuthenticatedClient | RefusedClient

export interface AuthenticatedClient {
  readonly client: Client
}

export interface RefusedClient {
  readonly client?: undefined
  readonly reason: ClientRefusal
  /** Only ever the id of a client that exists: people paste secrets where an id belongs. */
  readonly clientId?: string
}
