import type { Request } from 'express'

/** The body as `express.urlencoded` leaves it, with a type. */
export interface TokenRequestBody {
  readonly grant_type?: string
  readonly username?: string
  readonly password?: string
  readonly refresh_token?: string
  readonly scope?: string
}

export function tokenRequestBody(req: Request): TokenRequestBody {
  return req.body as TokenRequestBody
}
