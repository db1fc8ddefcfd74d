import type { RequestHandler } from 'express'
import { installedApart } from '../installed-apart.js'

const NAME = 'express-oauth2-jwt-bearer'
const VERSION = '1.10.0'

/** The members used of `express-oauth2-jwt-bearer`. */
export interface ExpressOauth2JwtBearer {
  readonly auth: (options: BearerOptions) => RequestHandler
  readonly claimCheck: (isRight: (claims: Readonly<Record<string, unknown>>) => boolean) => RequestHandler
  readonly requiredScopes: (scopes: string) => RequestHandler
}

export interface BearerOptions {
  readonly issuer: string
  readonly audience: string
  readonly strict: boolean
  readonly tokenSigningAlg: string
  readonly secret?: string
  readonly jwksUri?: string
}

/**
 * Installs the package into a folder of its own, unless it is there, and loads it. Its `engines` name no Node after 24, so
 * as a development dependency it would make `npm ci` warn on Node 26, where it works.
 */
export function expressOauth2JwtBearer(): ExpressOauth2JwtBearer {
  const require = installedApart(`${NAME}-${VERSION}`, { packages: { [NAME]: VERSION } })
  return require(NAME) as ExpressOauth2JwtBearer // the boundary: a package that the type check cannot see
}
