import { randomUUID } from 'node:crypto'
import { StoppedLogins } from '../admission/stopped-logins.js'
import { lifetimeSeconds, timerSeconds } from '../lifetime.js'
import { accessTokens } from '../tokens/access-token.js'
import { KeyRing } from '../tokens/key-ring.js'
import { clientsOption } from './clients.js'
import { errorsOption } from './errors.js'
import { eventsOption } from './events.js'
import { assertionStoreOption, grantsOption, requireUsedStore } from './grants.js'
import { issuerOption } from './issuer.js'
import { limitsOption } from './limits.js'
import { misconfigurationsOption } from './misconfigurations.js'
import { knownMembers, oneOrMore, optionalFunction, wholeNumber } from './option-kinds.js'
import { offeredGrantTypes } from './offered-grant-types.js'
import type { OAuthPasswordGrantOptions } from './options.js'
import { passwordChecksOption } from './password-checks.js'
import { pathsOption } from './paths.js'
import { realmOption } from './realm.js'
import { scopesOption, someScopes } from './scopes.js'
import { secondFactorOption } from './second-factor.js'
import { SecretUses } from './secret-uses.js'
import type { Settings } from './settings.js'
import { signingKeysSource } from './signing-keys.js'
import { suspiciousLifetimes } from './suspicious-lifetimes.js'
import { subjectOption, userAuthenticationOption } from './users.js'

const OPTIONS = {
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
  secondFactor: true,
  limits: true,
  passwordChecks: true,
  tokenPath: true,
  revocationPath: true,
  introspectionPath: true,
  metadataPath: true,
  jwksPath: true,
  realm: true,
  bodyLimit: true,
  usernameLimit: true,
  passwordLimit: true,
  onError: true,
  onEvent: true,
} satisfies Record<keyof OAuthPasswordGrantOptions, true>

const DEFAULTS = {
  scopes: [],
  defaultScope: [],
  accessTokenLifetime: '1h',
  storeTimeout: '2s',
  realm: 'oauth',
  bodyLimit: 16 * 1024,
  usernameLimit: 256,
  passwordLimit: 4 * 1024,
} as const

/** Reads the options. @throws TypeError that names the option, what is wrong and what to do. */
export function readOptions(options: OAuthPasswordGrantOptions): Settings {
  knownMembers('options', options, OPTIONS)
  const given = { ...DEFAULTS, ...withoutUndefined(options) }
  const issuer = issuerOption(options.issuer)
  const audience = oneOrMore('audience', options.audience)
  const secrets = new SecretUses(issuer)
  const signingKeys = signingKeysSource(options, secrets)
  const keyRing = new KeyRing(signingKeys.first, Date.now())
  const scopes = scopesOption('scopes', given.scopes)
  const defaultScope = someScopes('defaultScope', given.defaultScope, scopes)
  const accessTokenLifetime = lifetimeSeconds('accessTokenLifetime', given.accessTokenLifetime)
  const storeTimeout = timerSeconds('storeTimeout', given.storeTimeout) * 1000
  const realm = realmOption(given.realm)
  const grants = grantsOption(options, issuer, keyRing, secrets, storeTimeout)
  const assertions = { issuer, store: assertionStoreOption(options, grants, storeTimeout) }
  const clients = clientsOption(options, { scopes, defaultScope, audience }, secrets, assertions)
  requireUsedStore(options, grants, clients.authenticationMethods)
  const secondFactor = secondFactorOption(options, issuer, keyRing, grants)
  const onEvent = eventsOption(options.onEvent, issuer)
  const onError = errorsOption(options.onError)
  const refreshUser = optionalFunction('refreshUser', options.refreshUser === false ? undefined : options.refreshUser)
  const onMisconfiguration = misconfigurationsOption(onEvent, options.onEvent !== undefined)
  const settings: Settings = Object.freeze({
    issuer,
    audience,
    realm,
    paths: pathsOption(options),
    challenge: `Basic realm="${realm}", charset="UTF-8"`,
    bodyLimit: wholeNumber('bodyLimit', given.bodyLimit, 1),
    usernameLimit: wholeNumber('usernameLimit', given.usernameLimit, 1),
    passwordLimit: wholeNumber('passwordLimit', given.passwordLimit, 1),
    clientAuthentication: clients.authentication,
    clientAuthenticationMethods: clients.authenticationMethods,
    assertionAlgorithms: clients.assertionAlgorithms,
    userAuthentication: userAuthenticationOption(options),
    passwordChecks: passwordChecksOption(options.passwordChecks, onEvent),
    stoppedLogins: new StoppedLogins(),
    subjectOf: subjectOption(options.subject),
    grantTypes: offeredGrantTypes({ grants, secondFactor }),
    scopes,
    authorizeScope: optionalFunction('authorizeScope', options.authorizeScope),
    keyRing,
    readSigningKeys: signingKeys.read,
    accessTokens: accessTokens(issuer, keyRing, accessTokenLifetime),
    accessTokenLifetime,
    accessTokenClaims: optionalFunction('accessTokenClaims', options.accessTokenClaims),
    responseMembers: optionalFunction('responseMembers', options.responseMembers),
    grants,
    refreshUser,
    secondFactor,
    limits: limitsOption(options.limits, {
      keyRing,
      secrets,
      storeTimeout,
      onStoreFailure: (name, error) => {
        onEvent({ type: 'store_failed', store: name })
        onError(error, { requestId: randomUUID() })
      },
    }),
    onError,
    onEvent,
    isHeard: options.onEvent !== undefined,
    onMisconfiguration,
  })
  if (grants !== undefined && options.refreshUser === undefined) onMisconfiguration('refresh_user_missing')
  const lifetimes = suspiciousLifetimes(options)
  if (lifetimes.length > 0) onMisconfiguration('lifetime_in_milliseconds', undefined, lifetimes.join('; '))
  return settings
}

/** Only `undefined` selects a default; `null` is rejected. */
function withoutUndefined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>
}
