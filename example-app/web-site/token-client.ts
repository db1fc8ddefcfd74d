import { setTimeout } from 'node:timers/promises'
import type { Request } from 'express'
import * as openid from 'openid-client'
import { isLoopback } from '../settings.js'
import { unavailable } from './page-error.js'

export interface TokenClientParts {
  readonly issuer: string
  readonly clientId: string
  /** The private key, with which it signs an assertion for each request (RFC 7523). */
  readonly clientKey: openid.PrivateKey
}

export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  /** What was granted, which may be less than was asked for. */
  readonly scope: string
  /** In seconds. */
  readonly expiresIn: number
}

/** The authorization server's no. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal'

  constructor(
    /** As RFC 6749 section 5.2 has it. */
    readonly code: string,
    readonly status: number,
    /** In seconds. */
    readonly retryAfter: number | undefined,
    /** With the code `mfa_required`: what the second factor is to come with. */
    readonly mfaToken: string | undefined,
    cause: unknown,
  ) {
    super(code, { cause })
  }
}

const SCOPE = 'contacts.read contacts.write account'
const MFA_GRANT = 'urn:express-oauth-password-grant:mfa'
/** In seconds: a login may wait for others' password checks. */
const TIMEOUT = 15
/** All tries of a refresh are over within 30 seconds, in which the authorization server answers each like the first. */
const REFRESH_TIMEOUT = 5
const RETRY_MS = [100, 400, 1_000]

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so as to stand out; it is for loopback alone
const allowHttp: (configuration: openid.Configuration) => void = openid.allowInsecureRequests

/** Asks the authorization server for tokens, of which it knows the URL alone. */
export class TokenClient {
  readonly #parts: TokenClientParts
  readonly #authentication: openid.ClientAuth
  #metadata: Promise<openid.ServerMetadata> | undefined

  constructor(parts: TokenClientParts) {
    this.#parts = parts
    this.#authentication = openid.PrivateKeyJwt(parts.clientKey)
  }

  /** @throws TokenRefusal */
  async password(request: Request, username: string, password: string): Promise<Tokens> {
    return this.#ask(request, (as) => openid.genericGrantRequest(as, 'password', { username, password, scope: SCOPE }))
  }

  /** @throws TokenRefusal */
  async secondFactor(request: Request, mfaToken: string, otp: string): Promise<Tokens> {
    return this.#ask(request, (as) => openid.genericGrantRequest(as, MFA_GRANT, { mfa_token: mfaToken, otp }))
  }

  /**
   * Where no answer comes it tries again: the authorization server answers a repeated refresh as it did the first.
   * @throws TokenRefusal
   */
  async refresh(request: Request, refreshToken: string): Promise<Tokens> {
    for (const wait of [...RETRY_MS, undefined]) {
      try {
        return await this.#ask(request, (as) => openid.refreshTokenGrant(as, refreshToken), REFRESH_TIMEOUT)
      } catch (error) {
        if (error instanceof TokenRefusal || wait === undefined) throw error
        await setTimeout(wait)
      }
    }
    throw new Error('unreachable: the last try either answers or throws')
  }

  async revoke(request: Request, refreshToken: string): Promise<void> {
    await openid.tokenRevocation(await this.#configuration(request, TIMEOUT), refreshToken)
  }

  async #ask(
    request: Request,
    ask: (as: openid.Configuration) => Promise<openid.TokenEndpointResponse>,
    timeout = TIMEOUT,
  ): Promise<Tokens> {
    try {
      const {
        access_token,
        refresh_token = '',
        scope = '',
        expires_in = 0,
      } = await ask(await this.#configuration(request, timeout))
      return { accessToken: access_token, refreshToken: refresh_token, scope, expiresIn: expires_in }
    } catch (error) {
      throw error instanceof openid.ResponseBodyError
        ? refusalOf(error)
        : unavailable('The sign-in service', this.#causeOf(error))
    }
  }

  #causeOf(error: unknown): unknown {
    const isRefused = error instanceof openid.WWWAuthenticateChallengeError
    return isRefused
      ? new Error(
          `the authorization server does not accept this site's key: register its public half for the client ${JSON.stringify(this.#parts.clientId)}`,
        )
      : error
  }

  /** Made for one request, because it says who the end user is: limits count people, not this server. */
  async #configuration({ ip, headers }: Request, timeout: number): Promise<openid.Configuration> {
    const { clientId } = this.#parts
    const metadata = await this.#discovered()
    const configuration = new openid.Configuration(metadata, clientId, undefined, this.#authentication)
    configuration.timeout = timeout
    if (this.#isOnThisMachine()) allowHttp(configuration)
    configuration[openid.customFetch] = (url, options) => {
      const told = new Headers(options.headers)
      if (ip !== undefined) told.set('End-User-Address', ip)
      told.set('User-Agent', headers['user-agent'] ?? 'unknown')
      return fetch(url, { ...options, headers: told, body: options.body ?? null, signal: options.signal ?? null })
    }
    return configuration
  }

  /** At the first request rather than at the start: the authorization server may be this very process. */
  #discovered(): Promise<openid.ServerMetadata> {
    this.#metadata ??= this.#discover().catch((error: unknown) => {
      this.#metadata = undefined
      throw error
    })
    return this.#metadata
  }

  async #discover(): Promise<openid.ServerMetadata> {
    const { issuer, clientId } = this.#parts
    const configuration = await openid.discovery(new URL(issuer), clientId, undefined, this.#authentication, {
      algorithm: 'oauth2',
      timeout: REFRESH_TIMEOUT,
      execute: this.#isOnThisMachine() ? [allowHttp] : [],
    })
    return configuration.serverMetadata()
  }

  #isOnThisMachine(): boolean {
    return isLoopback(new URL(this.#parts.issuer).hostname)
  }
}

function refusalOf(error: openid.ResponseBodyError): TokenRefusal {
  const retryAfter = Number(error.response.headers.get('Retry-After') ?? NaN)
  const { mfa_token: mfaToken } = error.cause
  return new TokenRefusal(
    error.error,
    error.status,
    Number.isFinite(retryAfter) ? retryAfter : undefined,
    typeof mfaToken === 'string' ? mfaToken : undefined,
    error,
  )
}
