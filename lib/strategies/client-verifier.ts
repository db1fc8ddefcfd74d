import { hash, timingSafeEqual } from 'node:crypto'
import { LONGEST_CLIENT_CREDENTIAL, type Client } from '../client.js'
import type { ClientVerdict } from './client-verdict.js'

/** Finds a client by its id; `undefined` if there is none. */
export type FindClient = (id: string) => Client | undefined | Promise<Client | undefined>

/** Resolves to the client if the secret is one of its own. `secret` is absent if the request carried none. */
export type VerifyClient = (id: string, secret: string | undefined) => Promise<ClientVerdict>

/** Characters that a client identifier may have (RFC 6749 appendix A.1); nothing else reaches a look-up. */
const CLIENT_ID = /^[\x20-\x7e]+$/

export function isClientId(id: string): boolean {
  return id.length <= LONGEST_CLIENT_CREDENTIAL && CLIENT_ID.test(id)
}

/** No secret hashes to this. */
const NO_DIGEST = Buffer.alloc(32)

/** Verifies clients by their registered secrets, in the same time for an unknown client as for a wrong secret. */
export function clientVerifier(find: FindClient): VerifyClient {
  return async (id, secret) => {
    const client = isClientId(id) ? await find(id) : undefined
    const digest = hash('sha256', secret ?? '', 'buffer')
    const digests = client?.secretDigests ?? []
    let matches = false
    for (const one of digests.length > 0 ? digests : [NO_DIGEST]) {
      matches = timingSafeEqual(digest, one) || matches
    }
    if (client === undefined) return { reason: 'unknown' }
    const isAuthenticated = client.isPublic ? secret === undefined : matches && secret !== undefined
    if (isAuthenticated) return { client }
    return { reason: secret === undefined ? 'no_credentials' : 'wrong_secret', clientId: client.id }
  }
}

/** Whether a verdict refuses the client. */
export function isRefused({ client }: ClientVerdict): boolean {
  return client === undefined
}
