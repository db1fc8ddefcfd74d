import { hash } from 'node:crypto'
import type { GrantStore } from '../grant-store.js'
import { isClientId, type FindClient } from '../strategies/client-verifier.js'
import type { VerifyAssertion } from '../strategies/private-key-jwt.js'
import { claimedClientId, verifyClientAssertion } from '../tokens/client-assertion.js'
import { nobodysKeys } from '../tokens/nobodys-keys.js'

/** An assertion stays spent this long after it has expired, for processes whose clocks are behind. Milliseconds. */
const CLOCK_MARGIN = 60_000

/**
 * Verifies client assertions by the keys of the client that they name, in the same time for an unknown client as for a wrong
 * key, and spends each once in all processes.
 *
 * @param store Absent only if no client can have keys.
 */
export function assertionVerifier(find: FindClient, issuer: string, store: GrantStore | undefined): VerifyAssertion {
  return async function verifyAssertion(assertion) {
    const claimed = claimedClientId(assertion) ?? ''
    const client = isClientId(claimed) ? await find(claimed) : undefined
    const now = Date.now()
    const expected = { clientId: claimed, keys: client?.keys ?? nobodysKeys(), issuer, now: Math.floor(now / 1000) }
    const verified = verifyClientAssertion(assertion, expected)
    if (client === undefined) return { reason: claimed === '' ? 'malformed_assertion' : 'unknown' }
    const clientId = client.id
    if (typeof verified === 'string') return { reason: verified, clientId }
    if (store === undefined)
      throw new Error(`The client ${JSON.stringify(clientId)} has keys and there is no grantStore.`)
    const id = `assertion.${hash('sha256', JSON.stringify([clientId, verified.id]), 'base64url')}`
    const result = await store.spend({ id, lifetime: verified.expiresAt - now + CLOCK_MARGIN })
    return result === 'first' ? { client } : { reason: 'used_assertion', clientId }
  }
}
