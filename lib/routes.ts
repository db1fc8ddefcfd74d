import type { NextFunction, Request, Response } from 'express'
import type { Endpoint } from './endpoint/endpoint.js'
import { issuerPath } from './network/external-base.js'
import { introspectionEndpoint } from './introspection-endpoint/introspection-endpoint.js'
import { jwksEndpoint } from './jwks-endpoint/jwks-endpoint.js'
import { metadataEndpoint } from './metadata-endpoint/metadata-endpoint.js'
import { mountPathOption } from './options/option-kinds.js'
import { WELL_KNOWN_METADATA } from './network/well-known.js'
import type { Settings } from './options/settings.js'
import { revocationEndpoint } from './revocation-endpoint/revocation-endpoint.js'
import { tokenEndpoint } from './token-endpoint/token-endpoint.js'

/** Answers a request to one of its paths, and passes every other one on. */
export type Routes = (request: Request, response: Response, next: NextFunction) => void

/** Every endpoint that is on, relative to where the middleware is mounted. */
export function routes(settings: Settings): Routes {
  const { token, revocation, introspection, metadata, jwks } = settings.paths
  const endpoints = new Map([[token, tokenEndpoint(settings)]])
  if (revocation !== false) endpoints.set(revocation, revocationEndpoint(settings))
  if (introspection !== false) endpoints.set(introspection, introspectionEndpoint(settings))
  if (jwks !== false) endpoints.set(jwks, jwksEndpoint(settings))
  if (metadata !== false) {
    const endpoint = metadataEndpoint(settings)
    endpoints.set(metadata, endpoint)
    // Behind a proxy that takes the issuer's path away it is this middleware that stands at the root.
    if (issuerPath(settings.issuer) !== '') endpoints.set(wellKnownPlace(settings), endpoint)
  }
  return (request, response, next) => {
    const path = withoutTrailingSlash(request.path)
    const isAbsent = path === jwks && settings.keyRing.publicKeys.length === 0
    answerOrPass(isAbsent ? undefined : endpoints.get(path), request, response, next)
  }
}

/**
 * The metadata alone, at the place of RFC 8414 section 3.1, for the root of an application that mounts the middleware under a
 * path. @throws TypeError where there is none, or the path is none.
 */
export function wellKnownRoutes(settings: Settings, mountPath?: string): Routes {
  if (settings.paths.metadata === false) {
    throw new TypeError(
      'oauth.wellKnown() has nothing to serve, because metadataPath is false: leave one of the two out.',
    )
  }
  const endpoint = metadataEndpoint(settings, mountPathOption('mountPath', mountPath))
  const place = wellKnownPlace(settings)
  return (request, response, next) => {
    const isThere = withoutTrailingSlash(request.path) === place
    answerOrPass(isThere ? endpoint : undefined, request, response, next)
  }
}

function wellKnownPlace({ issuer }: Settings): string {
  return WELL_KNOWN_METADATA + issuerPath(issuer)
}

function answerOrPass(endpoint: Endpoint | undefined, request: Request, response: Response, next: NextFunction): void {
  if (endpoint === undefined) next()
  else endpoint(request, response).catch(next)
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}
