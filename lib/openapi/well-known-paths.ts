import type { Settings } from '../options/settings.js'
import { notModified, success } from './responses.js'

/** What everybody may read, as far as it is there. */
export function wellKnownPaths({ paths, keyRing }: Settings): Record<string, object> {
  const { metadata, jwks } = paths
  const operation = (summary: string, ok: object) => ({
    get: { tags: ['OAuth 2.0'], summary, security: [], responses: { '200': ok, ...notModified() } },
  })
  return {
    ...(metadata === false
      ? {}
      : { [metadata]: operation('What the server offers (RFC 8414)', success('The metadata', 'OAuthServerMetadata')) }),
    ...(jwks === false || keyRing.publicKeys.length === 0
      ? {}
      : { [jwks]: operation('The public keys (RFC 7517)', success('The JWK Set', 'OAuthKeySet')) }),
  }
}
