import { endpoint, type Endpoint } from '../endpoint/endpoint.js'
import { requireGet } from '../endpoint/require-get.js'
import type { Settings } from '../options/settings.js'
import { sendKeySet } from './send-key-set.js'

/** The public keys, as a JWK Set (RFC 7517 section 5). */
export function jwksEndpoint(settings: Settings): Endpoint {
  return endpoint(settings, [requireGet, sendKeySet(settings)])
}
