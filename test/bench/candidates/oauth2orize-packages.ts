import { createRequire } from 'node:module'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { Strategy } from 'passport'

/** The members used of `oauth2orize`, which comes without types. */
interface Oauth2orize {
  createServer(): {
    exchange(handler: RequestHandler): void
    token(): RequestHandler
    errorHandler(): ErrorRequestHandler
  }
  readonly exchange: {
    password(
      issue: (client: ClientRow, username: string, password: string, scope: Scope, done: Issued) => void,
    ): RequestHandler
    refreshToken(issue: (client: ClientRow, refreshToken: string, scope: Scope, done: Issued) => void): RequestHandler
  }
}

type ClientPasswordStrategy = new (
  verify: (id: string, secret: string, done: (error: Error | null, client: ClientRow | false) => void) => void,
) => Strategy

export interface ClientRow {
  readonly id: string
}

export type Scope = readonly string[] | undefined

export type Issued = (
  error: Error | null,
  accessToken: string | false,
  refreshToken?: string,
  members?: Readonly<Record<string, unknown>>,
) => void

const require = createRequire(import.meta.url)

export const oauth2orize = require('oauth2orize') as Oauth2orize

export const { Strategy: ClientPasswordStrategy } = require('passport-oauth2-client-password') as {
  readonly Strategy: ClientPasswordStrategy
}
