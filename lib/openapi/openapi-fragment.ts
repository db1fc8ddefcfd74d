import { externalBase } from '../network/external-base.js'
import { knownMembers, mountPathOption } from '../options/option-kinds.js'
import type { Settings } from '../options/settings.js'
import { clientFormPaths } from './client-form-paths.js'
import { schemas } from './schemas.js'
import { scopeDescriptionsOption } from './scope-descriptions.js'
import { securitySchemes } from './security-schemes.js'
import { tokenPath } from './token-path.js'
import { wellKnownPaths } from './well-known-paths.js'

export interface OpenApiOptions {
  /** Where the middleware is mounted. Default: the root. */
  mountPath?: string | undefined
  /** What each scope lets a client do. Default: nothing is said. */
  scopeDescriptions?: Readonly<Record<string, string>> | undefined
}

/** Parts of an OpenAPI 3.1 document, to be put among those of your own: a new object at each call. */
export interface OpenApiFragment {
  components: {
    /** `oauth2`, for the `security` of your own paths, and `oauth2Client`, by which a client authenticates. */
    securitySchemes: Record<string, Record<string, unknown>>
    schemas: Record<string, Record<string, unknown>>
  }
  /** The endpoints that are on, each with its own `servers`, so that yours may be others. */
  paths: Record<string, Record<string, unknown>>
}

const OPTIONS = { mountPath: true, scopeDescriptions: true } satisfies Record<keyof OpenApiOptions, true>

/** The endpoints in the words of OpenAPI 3.1. @throws TypeError where an option is wrong. */
export function openapiFragment(settings: Settings, options: OpenApiOptions = {}): OpenApiFragment {
  const given = knownMembers('openapi', options, OPTIONS)
  const mountPath = mountPathOption('openapi.mountPath', given.mountPath)
  const scopes = scopeDescriptionsOption('openapi.scopeDescriptions', given.scopeDescriptions, settings.scopes)
  const base = externalBase(settings.issuer, mountPath)
  const servers = [{ url: base.slice(0, base.length - mountPath.length) || '/' }]
  const byPath = { ...tokenPath(settings), ...clientFormPaths(settings), ...wellKnownPaths(settings) }
  return {
    components: { securitySchemes: securitySchemes(settings, base, scopes), schemas: schemas() },
    paths: Object.fromEntries(
      Object.entries(byPath).map(([path, operations]) => [mountPath + path, { servers, ...operations }]),
    ),
  }
}
