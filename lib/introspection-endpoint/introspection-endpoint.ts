import { authenticateClient } from '../endpoint/authenticate-client.js'
import { endpoint, type Endpoint } from '../endpoint/endpoint.js'
import { parseForm } from '../endpoint/parse-form.js'
import { requirePost } from '../endpoint/require-post.js'
import { requireToken } from '../endpoint/require-token.js'
import type { Settings } from '../options/settings.js'
import { introspectToken } from './introspect-token.js'
import { requireConfidentialClient } from './require-confidential-client.js'

/** The introspection endpoint (RFC 7662). */
export function introspectionEndpoint(settings: Settings): Endpoint {
  return endpoint(settings, [
    requirePost,
    parseForm(settings),
    requireToken,
    authenticateClient(settings),
    requireConfidentialClient,
    introspectToken(settings),
  ])
}
