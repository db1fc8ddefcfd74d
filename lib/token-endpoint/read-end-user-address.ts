import type { Step } from '../endpoint/endpoint.js'
import { ipAddress } from '../ip-address.js'
import { OAuthError } from '../oauth-error.js'

/** Names the address of the end user for whom a backend asks. */
const HEADER = 'end-user-address'

/**
 * Learns the end user's address from a client that is registered with `endUserAddress: true`: a backend is one address and
 * many users. From any other client the header is ignored, for whoever may name the address may also choose by which he is
 * limited. Where the header is missing the connection's address counts, which limits all of the client's users together.
 */
export function readEndUserAddress(request: Parameters<Step>[0]): void {
  const { client, http } = request
  const header = client.endUserAddress ? http.headers[HEADER] : undefined
  if (header === undefined) return
  // Node joins a header that is repeated.
  const address = typeof header === 'string' ? ipAddress(header.trim()) : undefined
  if (address === undefined) {
    throw new OAuthError(
      'invalid_request',
      'End-User-Address must be one IPv4 or IPv6 address, without brackets, port or zone',
    )
  }
  request.endUserAddress = address
}
