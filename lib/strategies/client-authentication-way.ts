import type { Request } from 'express'
import type { Client, ClientAuthenticationMethod } from '../client.js'
import type { ClientVerdict } from './client-verdict.js'

/** A request of a client, with the parameters of its form. */
export interface ClientRequest {
  readonly http: Request
  readonly parameters: ReadonlyMap<string, string>
}

/** One way of authenticating a client (RFC 6749 section 2.3). A request may use one, and once. */
export interface ClientAuthenticationWay {
  /** Its name in RFC 7591 section 2. */
  readonly method: ClientAuthenticationMethod
  /** The parameters of the form that it reads, each with its JSON Schema. */
  readonly parameters: Readonly<Record<string, object>>
  /** Whether a registered client authenticates in this way. */
  isFor(client: Client): boolean
  /** How many times the request carries credentials in this way. */
  presented(request: ClientRequest): number
  authenticate(request: ClientRequest): Promise<ClientVerdict>
}
