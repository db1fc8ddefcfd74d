import { createRemoteJWKSet, customFetch } from 'jose'
import type { MaybePromise } from '../grant-store.js'
import { toldOption } from '../options/hooks.js'
import type { VerificationKey } from '../tokens/verification-key.js'
import { IssuerError } from './issuer-error.js'
import { issuerOutage } from './issuer-outage.js'
import { issuerKeySet } from './issuer-key-set.js'
import { secureUrlOption } from './secure-url.js'
import { usableKeys } from './usable-keys.js'
import { withRequestTimeout } from './request-timeout.js'

export interface RemoteKeys {
  /**
   * Returns the issuer's key with that `kid`, synchronously if it is known; `undefined` if the issuer does not have it. No key
   * is fetched for an `alg` that no published key can have.
   *
   * Rejects with an {@link IssuerError} if the issuer could not be asked; `onError` was called then.
   */
  readonly find: (kid: string, algorithm: string) => MaybePromise<VerificationKey | undefined>
}

/** Durations are milliseconds. */
export interface RemoteKeysOptions {
  readonly issuer: string
  /** Default: the `jwks_uri` of the issuer's metadata, which is read anew with each fetch. */
  readonly jwksUri?: string | URL
  /**
   * Tokens with an unknown `kid` cause at most two fetches in this time: the second one may come at any moment, so that a key
   * that appears right after a fetch is found. Default: 30 s.
   */
  readonly cooldown?: number
  /** Keys older than this are fetched again, while they are still served. Default: 10 min. */
  readonly maxAge?: number
  /** How long one fetch, metadata included, may take. Default: 5 s. */
  readonly timeout?: number
  /** Called when an outage begins, once a minute while it lasts, and when it ends (see `issuerOutage`). */
  readonly onError?: (error: IssuerError) => void
}

/** How soon the issuer is asked again, in milliseconds, while there are no keys at all to serve. */
const FIRST_KEYS_COOLDOWN = 1000

const ASYMMETRIC = /^(?:[RP]S|ES)(?:256|384|512)$/

/**
 * The keys of an issuer, kept in memory. Keys that are known are served for as long as the issuer cannot be asked for newer
 * ones; one that is missing from a newer set is no longer taken. Nothing is fetched before the first token comes.
 *
 * @throws TypeError where `jwksUri` is insecure.
 */
export function remoteKeys(options: RemoteKeysOptions): RemoteKeys {
  const { issuer, cooldown = 30_000, maxAge = 600_000, timeout = 5000 } = options
  const jwksUri = options.jwksUri === undefined ? undefined : secureUrlOption('jwksUri', options.jwksUri)
  const onError = toldOption('onError', options.onError, printError)
  const remote = createRemoteJWKSet(jwksUri ?? new URL(issuer), {
    cacheMaxAge: maxAge,
    timeoutDuration: timeout,
    // jose does not bound what it reads, nor know of metadata.
    [customFetch]: async () =>
      Response.json(await withRequestTimeout(timeout, (signal) => issuerKeySet(issuer, jwksUri, signal))),
  })

  let keys: ReadonlyMap<string, VerificationKey> | undefined
  let failure: IssuerError | undefined
  let refreshing: Promise<void> | undefined
  let restsUntil = 0
  /** Whether the fetch that may come before `restsUntil` was made. */
  let wasEarly = false
  const outage = issuerOutage(issuer, onError)

  /** Never rejects: its outcome is in `keys` and `failure`. */
  const refresh = async () => {
    try {
      await remote.reload()
      keys = usableKeys(remote.jwks()?.keys ?? [], keys)
      failure = keys.size === 0 ? new IssuerError('ISSUER_FAILED', noUsableKey(issuer)) : undefined
    } catch (cause) {
      failure = cause instanceof IssuerError ? cause : new IssuerError('ISSUER_FAILED', unusableSet(issuer), { cause })
    }
    restsUntil = performance.now() + (keys === undefined ? Math.min(FIRST_KEYS_COOLDOWN, cooldown) : cooldown)
    refreshing = undefined
    if (failure === undefined) outage.ended()
    else outage.failed(failure)
  }

  /** One fetch is shared by all who ask meanwhile. Between two of them is a cooldown, except for one early fetch. */
  const refreshed = (mayBeEarly: boolean) => {
    if (refreshing !== undefined) return refreshing
    const isDue = performance.now() >= restsUntil
    // While the issuer cannot be asked, early fetches would only add to its load.
    if (!isDue && (!mayBeEarly || wasEarly || failure !== undefined)) return undefined
    wasEarly = !isDue
    refreshing = refresh()
    return refreshing
  }

  const lookUp = async (kid: string) => {
    const fetched = refreshed(true)
    await fetched
    const key = keys?.get(kid)
    if (key !== undefined || failure === undefined) return key
    // The fetch has reported itself.
    if (fetched === undefined) outage.failed(failure)
    throw failure
  }

  return {
    find(kid, algorithm) {
      const key = keys?.get(kid)
      if (key === undefined) return ASYMMETRIC.test(algorithm) ? lookUp(kid) : undefined
      if (!remote.fresh) void refreshed(false)
      return key
    },
  }
}

function noUsableKey(issuer: string): string {
  return `The JWK Set of the issuer ${issuer} holds no key that can be used: it needs one with a kid, of RSA (2048 bits or more) or EC (P-256, P-384, P-521), public, to verify with.`
}

function unusableSet(issuer: string): string {
  return `The JWK Set of the issuer ${issuer} cannot be read.`
}

function printError(error: IssuerError): void {
  console.error('express-oauth-password-grant:', error)
}
