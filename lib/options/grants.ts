import { lifetimeSeconds } from '../lifetime.js'
import { MemoryGrantStore } from '../stores/memory-grant-store.js'
import { TimeLimitedStore } from '../stores/time-limited-store.js'
import { refreshTokens } from '../tokens/refresh-token.js'
import { secretKey, type SigningKey } from '../tokens/signing-key.js'
import { knownMembers, wrong } from './option-kinds.js'
import type { OAuthPasswordGrantOptions } from './options.js'
import type { GrantSettings } from './settings.js'

const MEMBERS = { lifetime: true, idleLifetime: true, retryWindow: true, secret: true } as const

const STORE_METHODS = ['create', 'rotate', 'find', 'list', 'revoke', 'revokeAll', 'prune'] as const

/** How grants are remembered, or `undefined` where they are not. */
export function grantsOption(
  options: Pick<OAuthPasswordGrantOptions, 'refreshTokens' | 'grantStore'>,
  issuer: string,
  keys: readonly [SigningKey, ...SigningKey[]],
  storeTimeout: number,
): GrantSettings | undefined {
  if (options.refreshTokens === false) {
    if (options.grantStore !== undefined) {
      throw new TypeError(
        'grantStore is given and refreshTokens is false, so nothing is kept: take one of the two away.',
      )
    }
    return undefined
  }
  const members = knownMembers('refreshTokens', options.refreshTokens ?? {}, MEMBERS)
  const store = options.grantStore ?? new MemoryGrantStore()
  const missing = STORE_METHODS.find((method) => typeof Reflect.get(store, method) !== 'function')
  if (missing !== undefined) {
    throw wrong(
      `grantStore.${missing}`,
      Reflect.get(store, missing),
      'give a GrantStore, such as new SqlGrantStore({ database })',
    )
  }
  const secret = members.secret === undefined ? undefined : secretKey('refreshTokens.secret', members.secret)
  return {
    store: new TimeLimitedStore(store, storeTimeout),
    tokens: refreshTokens(issuer, keys, secret),
    lifetime: lifetimeSeconds('refreshTokens.lifetime', members.lifetime ?? '30d') * 1000,
    idleLifetime: lifetimeSeconds('refreshTokens.idleLifetime', members.idleLifetime ?? '14d') * 1000,
    retryWindow: lifetimeSeconds('refreshTokens.retryWindow', members.retryWindow ?? '10s') * 1000,
  }
}
