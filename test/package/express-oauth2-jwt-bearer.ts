import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { RequestHandler } from 'express'
import { environment, repository } from './packed-package.js'

const VERSION = '1.10.0'
const FOLDER = join(repository, '.build/express-oauth2-jwt-bearer', VERSION)

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
  const name = 'express-oauth2-jwt-bearer'
  if (!existsSync(join(FOLDER, 'node_modules', name))) {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(join(FOLDER, 'package.json'), JSON.stringify({ private: true, dependencies: { [name]: VERSION } }))
    const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
    execFileSync('npm', ['install', ...flags], { cwd: FOLDER, env: environment, stdio: 'pipe' })
  }
  const require = createRequire(join(FOLDER, 'package.json'))
  return require(name) as ExpressOauth2JwtBearer // the boundary: a package that the type check cannot see
}
