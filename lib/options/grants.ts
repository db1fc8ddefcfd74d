import type { KeyObject } from 'node:crypto'
import type { ClientAuthenticationMethod } from '../client.js'
import type { GrantStore } from '../grant-store.js'
import { MemoryGrantStore } from '../stores/memory-grant-store.js'
import { StoreWithTimeout } from '../stores/store-timeout.js'
import { secretKey } from '../tokens/key-object.js'
import { refreshTokens } from '../tokens/refresh-token.js'
import type { KeyRing } from '../tokens/key-ring.js'
import { lifetimeSeconds } from '../lifetime.js'
import { isPlainObject, knownMembers, wholeNumber, wrong } from './option-kinds.js'
import type { OAuthPasswordGrantOptions, RefreshTokenOptions } from './options.js'
import type { SecretUses } from './secret-uses.js'
import type { GrantSettings } from './settings.js'

const MEMBERS = {
  lifetime: true,
  idleLifetime: true,
  retryWindow: true,
  secret: true,
  maxPerSubject: true,
} satisfies Record<keyof RefreshTokenOptions, true>

const STORE_METHODS = {
  create: true,
  rotate: true,
  find: true,
  list: true,
  revoke: true,
  revokeAll: true,
  prune: true,
  spend: true,
  now: true,
} satisfies Record<keyof GrantStore, true>

/** How grants are stored, or `undefined` if they are not. */
export function grantsOption(
  options: Pick<OAuthPasswordGrantOptions, 'refreshTokens' | 'grantStore'>,
  issuer: string,
  keyRing: KeyRing,
  secrets: SecretUses,
  storeTimeout: number,
): GrantSettings | undefined {
  const { refreshTokens: given = {}, grantStore } = options
  if (given === false) return undefined
  const {
    lifetime = '30d',
    idleLifetime = '14d',
    retryWindow = '10s',
    secret,
    maxPerSubject = 100,
  } = knownMembers('refreshTokens', given, MEMBERS)
  return {
    store: new StoreWithTimeout(
      grantStore === undefined ? new MemoryGrantStore() : storeOption(grantStore),
      storeTimeout,
    ),
    isForOneProcess: grantStore === undefined,
    tokens: refreshTokens(issuer, keyRing, secret === undefined ? undefined : refreshSecret(secret, secrets)),
    lifetime: lifetimeSeconds('refreshTokens.lifetime', lifetime) * 1000,
    idleLifetime: lifetimeSeconds('refreshTokens.idleLifetime', idleLifetime) * 1000,
    retryWindow: retryWindow === false ? 0 : retryWindowSeconds(retryWindow) * 1000,
    maxPerSubject: maxPerSubject === false ? undefined : wholeNumber('refreshTokens.maxPerSubject', maxPerSubject, 1),
  }
}

function retryWindowSeconds(given: unknown): number {
  if (given === 0) {
    throw new TypeError(
      'refreshTokens.retryWindow must be at least a second, or false if every reuse of a refresh token is a replay; it is 0.',
    )
  }
  return lifetimeSeconds('refreshTokens.retryWindow', given)
}

/**
 * Where client assertions are spent: in the store of the grants, or without refresh tokens in the one that was given for them.
 * `undefined` if there is none.
 */
export function assertionStoreOption(
  { grantStore }: Pick<OAuthPasswordGrantOptions, 'grantStore'>,
  grants: GrantSettings | undefined,
  storeTimeout: number,
): GrantStore | undefined {
  if (grants !== undefined) return grants.store
  return grantStore === undefined ? undefined : new StoreWithTimeout(storeOption(grantStore), storeTimeout)
}

/** @throws TypeError if a store is given that nothing is kept in */
export function requireUsedStore(
  { grantStore }: Pick<OAuthPasswordGrantOptions, 'grantStore'>,
  grants: GrantSettings | undefined,
  methods: readonly ClientAuthenticationMethod[],
): void {
  if (grantStore === undefined || grants !== undefined || methods.includes('private_key_jwt')) return
  throw new TypeError(
    'grantStore is given, refreshTokens is false and no client has keys, so nothing is kept: remove one of the two options.',
  )
}

function storeOption(store: GrantStore): GrantStore {
  const remedy = 'give a GrantStore, such as new SqlGrantStore({ database })'
  if (!isPlainObject(store)) throw wrong('grantStore', store, remedy)
  const missing = Object.keys(STORE_METHODS).find((method) => typeof store[method] !== 'function')
  if (missing !== undefined) throw wrong(`grantStore.${missing}`, Reflect.get(store, missing), remedy)
  return store
}

function refreshSecret(given: unknown, secrets: SecretUses): KeyObject {
  const secret = secretKey('refreshTokens.secret', given)
  secrets.add('refreshTokens.secret', secret)
  return secret
}
