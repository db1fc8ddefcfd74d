import { endpoint, type Endpoint } from '../endpoint/endpoint.js'
import { requireGet } from '../endpoint/require-get.js'
import type { Settings } from '../options/settings.js'
import { sendMetadata } from './send-metadata.js'

/**
 * The authorization server metadata (RFC 8414).
 * @param mountPath Where the other endpoints are mounted. Default: where this one is.
 */
export function metadataEndpoint(settings: Settings, mountPath?: string): Endpoint {
  return endpoint(settings, [requireGet, sendMetadata(settings, mountPath)])
}
