import { randomUUID } from 'node:crypto'
import { lifetimeSeconds, timerSeconds } from '../lifetime.js'
import { accessTokens } from '../tokens/access-token.js'
import { clientsOption } from './clients.js'
import { grantsOption } from './grants.js'
import { toldOption } from './hooks.js'
import { issuerOption } from './issuer.js'
import { limitsOption } from './limits.js'
import { knownMembers, oneOrMore, optionalFunction, path, wholeNumber, wrong } from './option-kinds.js'
import type { ErrorContext, OAuthPasswordGrantOptions } from './options.js'
import { scopesOption, someScopes } from './scopes.js'
import type { Settings } from './settings.js'
import { signingKeysOption } from './signing-keys.js'
import { subjectOption, userAuthenticationOption } from './users.js'

/** The compiler keeps it complete. */
const OPTIONS: Readonly<Record<keyof OAuthPasswordGrantOptions, true>> = {
  issuer: true,
  audience: true,
  signingKeys: true,
  clients: true,
  clientStrategies: true,
  authenticateUser: true,
  userStrategy: true,
  passport: true,
  subject: true,
  scopes: true,
  defaultScope: true,
  authorizeScope: true,
  accessTokenLifetime: true,
  accessTokenClaims: true,
  responseMembers: true,
  refreshTokens: true,
  refreshUser: true,
  grantStore: true,
  storeTimeout: true,
  limits: true,
  path: true,
  revocationPath: true,
  introspectionPath: true,
  realm: true,
  bodyLimit: true,
  passwordLimit: true,
  onError: true,
  onEvent: true,
}

const DEFAULTS = {
  scopes: [],
  defaultScope: [],
  accessTokenLifetime: '1h',
  storeTimeout: '2s',
  realm: 'oauth',
  bodyLimit: 16 * 1024,
  passwordLimit: 4 * 1024,
} as const

/** Reads the options. @throws TypeError that names the option, what is wrong and what to do. */
export function readOptions(options: OAuthPasswordGrantOptions): Settings {
  knownMembers('options', options, OPTIONS)
  const given = { ...DEFAULTS, ...withoutUndefined(options) }
  const issuer = issuerOption(options.issuer)
  const audience = oneOrMore('audience', options.audience)
  const keys = signingKeysOption(options.signingKeys)
  const scopes = scopesOption('scopes', given.scopes)
  const defaultScope = someScopes('defaultScope', given.defaultScope, scopes)
  const accessTokenLifetime = lifetimeSeconds('accessTokenLifetime', given.accessTokenLifetime)
  const storeTimeout = timerSeconds('storeTimeout', given.storeTimeout) * 1000
  const realm = realmOption(given.realm)
  const clients = clientsOption(options, { scopes, defaultScope, audience })
  const onError = toldOption('onError', options.onError, printError)
  return Object.freeze({
    issuer,
    audience,
    realm,
    paths: pathsOption(options),
    challenge: `Basic realm="${realm}", charset="UTF-8"`,
    bodyLimit: wholeNumber('bodyLimit', given.bodyLimit, 1),
    passwordLimit: wholeNumber('passwordLimit', given.passwordLimit, 1),
    clientAuthentication: clients.authentication,
    clientOf: clients.clientOf,
    userAuthentication: userAuthenticationOption(options),
    subjectOf: subjectOption(options.subject),
    authorizeScope: optionalFunction('authorizeScope', options.authorizeScope),
    accessTokens: accessTokens(issuer, keys, accessTokenLifetime),
    accessTokenLifetime,
    accessTokenClaims: optionalFunction('accessTokenClaims', options.accessTokenClaims),
    responseMembers: optionalFunction('responseMembers', options.responseMembers),
    grants: grantsOption(options, issuer, keys, storeTimeout),
    refreshUser: optionalFunction('refreshUser', options.refreshUser),
    limits: {
      secret: keys[0].limitSecret.toString('base64url'),
      ...limitsOption(options.limits, storeTimeout, (error) => {
        onError(error, { requestId: randomUUID() })
      }),
    },
    onError,
    onEvent: toldOption('onEvent', options.onEvent, () => undefined),
  })
}

function pathsOption(options: OAuthPasswordGrantOptions): Settings['paths'] {
  const { path: token = '/token', revocationPath = '/revoke', introspectionPath = '/introspect' } = options
  const paths = {
    token: path('path', token),
    revocation: revocationPath === false ? revocationPath : path('revocationPath', revocationPath),
    introspection: introspectionPath === false ? introspectionPath : path('introspectionPath', introspectionPath),
  }
  const given = Object.values(paths).filter((one) => one !== false)
  if (new Set(given).size < given.length) {
    throw new TypeError('path, revocationPath and introspectionPath must differ: each is an endpoint of its own.')
  }
  return paths
}

/** What a quoted string of a header may hold without escapes. */
function realmOption(realm: unknown): string {
  if (typeof realm === 'string' && /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(realm)) return realm
  throw wrong('realm', realm, 'give a text of visible ASCII characters without quote and backslash')
}

function printError(error: unknown, { requestId }: ErrorContext): void {
  console.error(`express-oauth-password-grant: request ${requestId} failed:`, error)
}

/** `null` is a value, and a wrong one; only what is left out has a default. */
function withoutUndefined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>
}
