import { Agent, request, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { privateKeyJwt } from '../../example-app/attack/authentication.js'
import type { Authentication } from '../../example-app/attack/victim.js'
import { demo } from '../../example-app/demo.js'
import { siteKey } from './site-authentication.js'

/** What became of a request: a status, or the error of a connection that brought no answer. */
export interface Outcome {
  readonly status: number | string
  /** The header of that name. */
  readonly connection: string | undefined
  readonly body: Readonly<Record<string, unknown>>
}

/** Somebody who logs in and refreshes, by one connection that is kept alive or by a new one each time. */
export class Caller {
  readonly outcomes: Outcome[] = []
  readonly #url: string
  readonly #address: string
  readonly #agent: Agent
  readonly #authentication: Promise<Authentication>

  constructor(url: string, address: string, { keepAlive }: { keepAlive: boolean }) {
    this.#url = url
    this.#address = address
    this.#agent = new Agent({ keepAlive, maxSockets: 1 })
    this.#authentication = privateKeyJwt(url, demo.site.id, siteKey)
  }

  login(): Promise<Outcome> {
    const { name, password } = demo.alice
    return this.#ask({ grant_type: 'password', username: name, password })
  }

  refresh(refreshToken: string): Promise<Outcome> {
    return this.#ask({ grant_type: 'refresh_token', refresh_token: refreshToken })
  }

  hangUp(): void {
    this.#agent.destroy()
  }

  async #ask(parameters: Readonly<Record<string, string>>): Promise<Outcome> {
    const credentials = await (await this.#authentication)()
    const outcome = await this.#send(new URLSearchParams({ ...parameters, ...credentials }).toString()).catch(
      (error: unknown) => ({
        status: error instanceof Error && 'code' in error ? String(error.code) : String(error),
        connection: undefined,
        body: {},
      }),
    )
    this.outcomes.push(outcome)
    return outcome
  }

  #send(form: string): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#url}/token`, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          'End-User-Address': this.#address,
        },
      })
      const take = async (response: IncomingMessage) => {
        const body = (await json(response)) as Outcome['body'] // the boundary: the token endpoint answers objects
        resolve({ status: response.statusCode ?? 0, connection: response.headers.connection, body })
      }
      sent.on('response', (response) => void take(response).catch(reject)).on('error', reject)
      sent.end(form)
    })
  }
}
