import type { Step } from '../endpoint/endpoint.js'
import { ipAddress } from '../network/ip-address.js'
import { OAuthError } from '../oauth-error.js'

/** Names the address of the end user for whom a backend asks. */
const HEADER = 'end-user-address'

/**
 * Learns the end user's address from a client that is registered with `endUserAddress: true`, because a backend is one
 * address and many users. The header of any other client is ignored: whoever names the address chooses the limit that
 * applies. Without the header the connection's address counts, which limits all of the client's users together.
 *
 * Unlike what a proxy writes (see `requestAddress`), a port or a zone is refused. The backend is ours to correct, its
 * developer sees the refusal on the first request, and a port suggests that a header of the user's was copied unread.
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
