import { IssuerError } from './issuer-error.js'
import { issuerJson } from './issuer-json.js'
import { issuerMetadata } from './issuer-metadata.js'

export const MAX_JWKS_BYTES = 256 * 1024

/** The JWK Set of an issuer as it came: from the place given, or from where its metadata says. @throws IssuerError */
export async function issuerKeySet(issuer: string, given: URL | undefined, signal: AbortSignal): Promise<unknown> {
  const { jwksUri } = given === undefined ? await issuerMetadata(issuer, signal) : { jwksUri: given }
  if (jwksUri !== undefined) return issuerJson(jwksUri, { signal, maxBytes: MAX_JWKS_BYTES })
  throw new IssuerError(
    'ISSUER_FAILED',
    `The metadata of the issuer ${issuer} names no jwks_uri. If the issuer signs with a secret, give that secret (option secret, or --secret-file on the command line).`,
  )
}
