import { WELL_KNOWN_METADATA } from '../network/well-known.js'
import { isPlainObject } from '../options/option-kinds.js'
import { shown } from '../values/shown.js'
import { IssuerError } from './issuer-error.js'
import { issuerJson } from './issuer-json.js'
import { secureUrl } from './secure-url.js'

/** What a resource server needs of an authorization server's metadata (RFC 8414 section 2). */
export interface IssuerMetadata {
  /** Absent where the issuer signs with a secret only. */
  readonly jwksUri?: URL
  readonly introspectionEndpoint?: URL
}

export const MAX_METADATA_BYTES = 64 * 1024

/**
 * The metadata of an issuer, from the first of its well-known places that is not a 404.
 * @throws IssuerError where there is none, or it is not this issuer's (RFC 8414 section 3.3), or it names an insecure URL.
 */
export async function issuerMetadata(issuer: string, signal: AbortSignal): Promise<IssuerMetadata> {
  for (const place of wellKnownPlaces(issuer)) {
    const metadata = await metadataAt(place, signal)
    if (metadata !== undefined) return checked(metadata, issuer)
  }
  throw new IssuerError(
    'ISSUER_FAILED',
    `The issuer ${issuer} has no metadata (RFC 8414): each of its well-known places answers 404.`,
  )
}

/** Where the metadata of an issuer may be, the place of RFC 8414 first. */
export function wellKnownPlaces(issuer: string): ReadonlySet<string> {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return new Set([
    // RFC 8414 section 3.1
    origin + WELL_KNOWN_METADATA + path,
    // What a server that is mounted under a prefix can serve itself, and where OpenID Connect Discovery looks.
    origin + path + WELL_KNOWN_METADATA,
    `${origin}${path}/.well-known/openid-configuration`,
  ])
}

async function metadataAt(place: string, signal: AbortSignal): Promise<unknown> {
  try {
    return await issuerJson(new URL(place), { signal, maxBytes: MAX_METADATA_BYTES })
  } catch (error) {
    if (error instanceof IssuerError && error.status === 404) return undefined
    throw error
  }
}

function checked(metadata: unknown, issuer: string): IssuerMetadata {
  const found = isPlainObject(metadata) ? metadata : {}
  if (found['issuer'] !== issuer) {
    throw new IssuerError(
      'ISSUER_FAILED',
      `The metadata of the issuer "${issuer}" names ${found['issuer'] === undefined ? 'no issuer' : `another issuer, ${shown(found['issuer'])}`}: both must be equal, byte for byte (RFC 8414 section 3.3). Correct the option issuer here or on the authorization server.`,
    )
  }
  const jwksUri = secureMember(found, 'jwks_uri')
  const introspectionEndpoint = secureMember(found, 'introspection_endpoint')
  return {
    ...(jwksUri === undefined ? {} : { jwksUri }),
    ...(introspectionEndpoint === undefined ? {} : { introspectionEndpoint }),
  }
}

function secureMember(metadata: Readonly<Record<string, unknown>>, member: string): URL | undefined {
  if (metadata[member] === undefined) return undefined
  const url = secureUrl(metadata[member])
  if (url !== undefined) return url
  throw new IssuerError(
    'ISSUER_FAILED',
    `The issuer's metadata names ${/^[aeiou]/.test(member) ? 'an' : 'a'} ${member} that is no https URL: http is taken for localhost, 127.0.0.1 and [::1] only.`,
  )
}
