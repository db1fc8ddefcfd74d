import { externalBase } from '../network/external-base.js'
import type { Settings } from '../options/settings.js'

/** What the server offers, in the members of RFC 8414 section 2. */
export function serverMetadata(settings: Settings, mountPath: string): Readonly<Record<string, unknown>> {
  const { issuer, paths, keyRing, scopes, grantTypes, clientAuthenticationMethods, assertionAlgorithms } = settings
  const base = externalBase(issuer, mountPath)
  const hasKeys = paths.jwks !== false && keyRing.publicKeys.length > 0
  // Whoever introspects must have shown who he is.
  const introspectionMethods = clientAuthenticationMethods.filter((method) => method !== 'none')
  const introspects = paths.introspection !== false && introspectionMethods.length > 0
  return {
    issuer,
    token_endpoint: base + paths.token,
    token_endpoint_auth_methods_supported: clientAuthenticationMethods,
    ...signedWith('token_endpoint', assertionAlgorithms),
    grant_types_supported: grantTypes.map(({ name }) => name),
    // Required, though there is no authorization endpoint that could answer in any way.
    response_types_supported: [],
    ...(scopes.size === 0 ? {} : { scopes_supported: [...scopes.keys()] }),
    ...(hasKeys ? { jwks_uri: base + paths.jwks } : {}),
    ...(paths.revocation === false
      ? {}
      : {
          revocation_endpoint: base + paths.revocation,
          revocation_endpoint_auth_methods_supported: clientAuthenticationMethods,
          ...signedWith('revocation_endpoint', assertionAlgorithms),
        }),
    ...(introspects
      ? {
          introspection_endpoint: base + paths.introspection,
          introspection_endpoint_auth_methods_supported: introspectionMethods,
          ...signedWith('introspection_endpoint', assertionAlgorithms),
        }
      : {}),
  }
}

/** The algorithms of client assertions at an endpoint. */
function signedWith(endpoint: string, algorithms: readonly string[]): Readonly<Record<string, unknown>> {
  return algorithms.length === 0 ? {} : { [`${endpoint}_auth_signing_alg_values_supported`]: algorithms }
}
