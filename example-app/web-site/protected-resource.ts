import type { Request } from 'express'
import { setTimeout } from 'node:timers/promises'
import { forbidden, unavailable } from './page-error.js'
import type { SessionTokens } from './tokens.js'

/** What is sent: nothing by `GET` or `DELETE`, or JSON. */
export interface Sent {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly json?: object
}

export interface ProtectedResourceOptions {
  /** Whether to name the end user's address: only an API that limits by it needs to know. Default: `false`. */
  readonly namesEndUser?: boolean
}

const TIMEOUT_MS = 10_000
const RETRY_MS = 200

/** An API that wants an access token, asked for whoever is signed in. */
export class ProtectedResource {
  readonly #url: string
  readonly #name: string
  readonly #tokens: SessionTokens
  readonly #namesEndUser: boolean

  /** @param name As the person who cannot reach it reads it. */
  constructor(
    url: string,
    name: string,
    tokens: SessionTokens,
    { namesEndUser = false }: ProtectedResourceOptions = {},
  ) {
    this.#namesEndUser = namesEndUser
    this.#url = url.replace(/\/$/, '')
    this.#name = name
    this.#tokens = tokens
  }

  /**
   * The answer, if it is one to the request itself.
   * @throws NotSignedIn, or a PageError where the API does not answer, or the scope does not suffice.
   */
  async ask(request: Request, path: string, sent: Sent = {}): Promise<Response> {
    const token = await this.#tokens.accessToken(request)
    const address = this.#namesEndUser ? request.ip : undefined
    let response = await this.#send(path, token, sent, address)
    if (response.status === 401)
      response = await this.#send(path, await this.#tokens.another(request, token), sent, address)
    if (response.status === 403) throw forbidden('Your account has no permission for it. Ask whoever runs this site.')
    // One that refuses a token that is new has a fault of its own; the session lives.
    if (response.status === 401 || response.status >= 500)
      throw unavailable(this.#name, new Error(`answered ${String(response.status)}`))
    return response
  }

  async #send(
    path: string,
    token: string,
    { method = 'GET', json }: Sent,
    address: string | undefined,
  ): Promise<Response> {
    const send = () =>
      fetch(this.#url + path, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...(address === undefined ? {} : { 'End-User-Address': address }),
        },
        body: json === undefined ? null : JSON.stringify(json),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
    try {
      return await send()
    } catch (error) {
      if (method !== 'GET') throw unavailable(this.#name, error)
    }
    await setTimeout(RETRY_MS) // one of several servers may just have gone
    return send().catch((error: unknown) => {
      throw unavailable(this.#name, error)
    })
  }
}
