import type { Ledger } from './ledger.js'
import { client } from './soaked-application.js'

/** Longer than any time limit of the servers: without an answer by then a request hangs. */
const HUNG_MS = 20_000

export interface Answer {
  /** `0`: none came. */
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** Asks one of the processes, by chance, and the other if nobody listens there, as a load balancer does. */
export class Caller {
  readonly #urls: readonly string[]
  readonly #ledger: Ledger
  readonly #address: string

  /** @param address Of the end user. */
  constructor(urls: readonly string[], ledger: Ledger, address: string) {
    this.#urls = urls
    this.#ledger = ledger
    this.#address = address
  }

  token(parameters: Readonly<Record<string, string>>): Promise<Answer> {
    return this.#ask('/token', { method: 'POST', body: new URLSearchParams(parameters) }, basic)
  }

  revoke(token: string): Promise<Answer> {
    return this.#ask('/revoke', { method: 'POST', body: new URLSearchParams({ token }) }, basic)
  }

  api(accessToken: string): Promise<Answer> {
    return this.#ask('/api', {}, `Bearer ${accessToken}`)
  }

  async #ask(path: string, init: RequestInit, authorization: string): Promise<Answer> {
    const phase = this.#ledger.phase()
    const headers = { Authorization: authorization, 'End-User-Address': this.#address }
    const urls = Math.random() < 0.5 ? this.#urls : this.#urls.toReversed()
    for (const url of urls) {
      phase.requests += 1
      try {
        const response = await fetch(url + path, { ...init, headers, signal: AbortSignal.timeout(HUNG_MS) })
        const text = await response.text()
        const { status } = response
        if (status === 503) phase.status503 += 1
        else if (status >= 500) phase.status500 += 1
        return { status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) } // the boundary
      } catch (error) {
        if (error instanceof Error && error.name === 'TimeoutError') phase.hung += 1
        else phase.cutOff += 1
        if (!isRefusedConnection(error)) break
      }
    }
    return { status: 0, body: {} }
  }
}

function isRefusedConnection(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
}

const basic = `Basic ${btoa(`${client.id}:${client.secret}`)}`
