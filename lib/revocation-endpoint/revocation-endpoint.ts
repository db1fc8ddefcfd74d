import { authenticateClient } from '../endpoint/authenticate-client.js'
import { endpoint, type Endpoint } from '../endpoint/endpoint.js'
import { parseForm } from '../endpoint/parse-form.js'
import { requirePost } from '../endpoint/require-post.js'
import { requireToken } from '../endpoint/require-token.js'
import type { Settings } from '../options/settings.js'
import { revokeToken } from './revoke-token.js'

/** The revocation endpoint (RFC 7009). */
export function revocationEndpoint(settings: Settings): Endpoint {
  return endpoint(settings, [
    requirePost,
    parseForm(settings),
    requireToken,
    authenticateClient(settings),
    revokeToken(settings),
  ])
}
