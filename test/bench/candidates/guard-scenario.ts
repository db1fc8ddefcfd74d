import type { GuardAlgorithm } from './guard-keys.js'

/** `bare` has no guard at all, and shows what the rest costs; `ours-own` is that of the authorization server's own process. */
export const guardNames = [
  'bare',
  'ours',
  'ours-own',
  'express-oauth2-jwt-bearer',
  'express-jwt',
  'passport-jwt',
] as const

export type GuardName = (typeof guardNames)[number]

export type GuardServerName = `guard ${GuardName} ${GuardAlgorithm}`

/** Loopback, because the JWKS clients fetch keys from the server that they guard. */
export const guardIssuer = 'http://127.0.0.1'

/** The body behind every guard. */
export const GUARDED = '{"contacts":[]}'
