import { randomUUID } from 'node:crypto'
import type { Request, Response } from 'express'
import type { AuthenticationMethods } from '../tokens/authentication-methods.js'
import type { Client } from '../client.js'
import type { Grant } from '../grant.js'
import type { KnownGrantType } from '../grant-types/grant-types.js'
import { addressKey } from '../limits/limit-key.js'
import type { LoginAttempt } from '../limits/login-attempt.js'
import { requestAddress } from '../network/request-address.js'
import type { User } from '../resource-owner.js'
import type { MfaToken } from '../tokens/mfa-token.js'
import type { RefreshTokenPointer } from '../tokens/refresh-token.js'

/**
 * What the steps of an endpoint learn about one request: kept here, and not on `req`, which is the application's.
 * Reading a value that no step has set yet throws an Error.
 */
export class EndpointRequest {
  readonly http: Request
  readonly response: Response
  /** When it came, in milliseconds since the epoch: all that is derived from it agrees. */
  readonly now = Date.now()

  /**
   * The IP address that it came from, by the application's `trust proxy`, in its one form; `undefined` if Express reports
   * something else. Read once, because Express works it out each time.
   */
  readonly address: string | undefined

  /** The address as limiters count it. */
  readonly addressKey: string

  /** The end user's, where a client that is trusted for it names it; else the same as `address`. */
  endUserAddress: string | undefined

  /** The parameters of the form; a password or secret goes as soon as it has been read. */
  parameters: Map<string, string> = new Map<string, string>()
  /** At a refresh, absent where the application does not look users up again. */
  user: User | undefined
  /** The password was right, and the application wants another factor. */
  isSecondFactorRequired = false
  /** Absent where no grant is remembered. */
  grant: Grant | undefined
  addedClaims: Readonly<Record<string, unknown>> | undefined
  addedMembers: Readonly<Record<string, unknown>> | undefined

  #id: string | undefined
  #grantType: KnownGrantType | undefined
  #client: Client | undefined
  #scope: string | undefined
  #subject: string | undefined
  #userKey: string | undefined
  #exactNameKey: string | undefined
  #loginAttempt: LoginAttempt | undefined
  #refreshToken: RefreshTokenPointer | undefined
  #mfaToken: MfaToken | undefined
  #methods: AuthenticationMethods | undefined

  constructor(http: Request, response: Response) {
    this.http = http
    this.response = response
    this.address = requestAddress(http.ip)
    this.addressKey = addressKey(this.address)
    this.endUserAddress = this.address
  }

  /** By which the operator finds what the client was told in a 500. Made when it is first asked for. */
  get id(): string {
    return (this.#id ??= randomUUID())
  }

  /** The grant type that is requested at the token endpoint. */
  get grantType(): KnownGrantType {
    return required('grant type', this.#grantType)
  }
  set grantType(grantType: KnownGrantType) {
    this.#grantType = grantType
  }

  get client(): Client {
    return required('client', this.#client)
  }
  set client(client: Client) {
    this.#client = client
  }

  /** The client, or `undefined` where there is none: at a login form of the application's own. */
  get knownClient(): Client | undefined {
    return this.#client
  }

  /** Absent before the client has authenticated, and where there is none. */
  get clientId(): string | undefined {
    return this.#client?.id
  }

  /** The scope that is to be granted. */
  get scope(): string {
    return required('scope', this.#scope)
  }
  set scope(scope: string) {
    this.#scope = scope
  }

  /** `sub` */
  get subject(): string {
    return required('subject', this.#subject)
  }
  set subject(subject: string) {
    this.#subject = subject
  }

  /** The user name as limiters count it and events tell it. */
  get userKey(): string {
    return required('user key', this.#userKey)
  }
  set userKey(key: string) {
    this.#userKey = key
  }

  /** The user name as it was spelt, keyed: addresses are known to it. */
  get exactNameKey(): string {
    return required('exact name', this.#exactNameKey)
  }
  set exactNameKey(key: string) {
    this.#exactNameKey = key
  }

  get loginAttempt(): LoginAttempt {
    return required('login attempt', this.#loginAttempt)
  }
  set loginAttempt(attempt: LoginAttempt) {
    this.#loginAttempt = attempt
  }

  /** The login is over: other attempts need not wait for it. Its response may never close if it is behind another one. */
  settleLogin(): void {
    this.#loginAttempt?.settle()
  }

  /** Where the presented refresh token points, once its signature is checked. */
  get refreshToken(): RefreshTokenPointer {
    return required('refresh token', this.#refreshToken)
  }
  set refreshToken(pointer: RefreshTokenPointer) {
    this.#refreshToken = pointer
  }

  /** The presented mfa_token, once its signature is checked. */
  get mfaToken(): MfaToken {
    return required('mfa_token', this.#mfaToken)
  }
  set mfaToken(token: MfaToken) {
    this.#mfaToken = token
  }

  /** How the user authenticated. */
  get methods(): AuthenticationMethods {
    return required('authentication methods', this.#methods)
  }
  set methods(methods: AuthenticationMethods) {
    this.#methods = methods
  }
}

function required<T>(what: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`The ${what} of the request was read before the step that learns it.`)
  return value
}
