import type { KeyMaterial, SigningKeyOptions } from '../options/signing-keys.js'
import { knownMembers } from '../options/option-kinds.js'
import { introspectionClient, type IntrospectionClient } from './introspection-client.js'
import { introspectionCredentials } from './introspection-credentials.js'
import { IssuerError } from './issuer-error.js'
import { issuerMetadata } from './issuer-metadata.js'
import { secureUrlOption } from './secure-url.js'
import { withRequestTimeout } from './request-timeout.js'

/** The client with which the resource server asks the introspection endpoint (RFC 7662). */
export interface IntrospectionOptions {
  clientId: string
  /** The secret of the client. Give either this or `clientKey`. */
  clientSecret?: string | undefined
  /** The private key of a client that authenticates by `private_key_jwt` (RFC 7523), in any form that `signingKeys` accepts. */
  clientKey?: KeyMaterial | SigningKeyOptions | undefined
  /** Default: the `introspection_endpoint` of the issuer's metadata. */
  endpoint?: string | undefined
}

const MEMBERS = {
  clientId: true,
  clientSecret: true,
  clientKey: true,
  endpoint: true,
} satisfies Record<keyof IntrospectionOptions, true>

/** How soon the metadata is asked for again, in milliseconds, where it could not be had. */
const REST = 1000

/** Asks whether a token is active; the endpoint is looked up when it is first needed. @throws TypeError where an option is wrong. */
export function issuerIntrospection(issuer: string, given: unknown, timeout: number): IntrospectionClient {
  const members = knownMembers('introspection', given, MEMBERS)
  const credentials = introspectionCredentials(issuer, members)
  const clientAt = (endpoint: URL) => introspectionClient({ endpoint, credentials, timeout })
  if (members.endpoint !== undefined) return clientAt(secureUrlOption('introspection.endpoint', members.endpoint))

  let found: Promise<IntrospectionClient> | undefined
  let restsUntil = 0

  async function look(): Promise<IntrospectionClient> {
    try {
      const { introspectionEndpoint } = await withRequestTimeout(timeout, (signal) => issuerMetadata(issuer, signal))
      if (introspectionEndpoint !== undefined) return clientAt(introspectionEndpoint)
      throw new IssuerError('ISSUER_FAILED', `The metadata of the issuer ${issuer} names no introspection_endpoint.`)
    } catch (error) {
      restsUntil = performance.now() + REST
      throw error
    }
  }

  return {
    async isActive(accessToken) {
      if (restsUntil !== 0 && performance.now() >= restsUntil) {
        restsUntil = 0
        found = undefined
      }
      found ??= look()
      return (await found).isActive(accessToken)
    },
  }
}
