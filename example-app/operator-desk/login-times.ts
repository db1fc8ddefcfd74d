import { AsyncLocalStorage } from 'node:async_hooks'
import type { RequestHandler } from 'express'
import type { OAuthEvent } from 'express-oauth-password-grant'

interface RunningRequest {
  isLogin: boolean
}

const KEPT_MS = 10_000
const MOST_KEPT = 20_000

/** How long logins take, from when the request arrives until its answer is handed to the network. */
export class LoginTimes {
  readonly #running = new AsyncLocalStorage<RunningRequest>()
  readonly #times: { readonly ended: number; readonly milliseconds: number }[] = []

  /** To be mounted before the library. */
  readonly measure: RequestHandler = (request, response, next) => {
    if (request.method !== 'POST') {
      next()
      return
    }
    const started = performance.now()
    const running: RunningRequest = { isLogin: false }
    response.once('finish', () => {
      if (running.isLogin) this.#keep(performance.now(), performance.now() - started)
    })
    this.#running.run(running, next)
  }

  /** An event comes up within the request that it is of, which so turns out to be a login whose password was looked at. */
  note(event: OAuthEvent): void {
    const running = this.#running.getStore()
    // One that stands for several is told later, by a timer that some other request has started.
    if (running === undefined || event.requestId === undefined) return
    running.isLogin ||=
      event.type === 'second_factor_required' ||
      (event.type === 'login_refused' && event.reason !== 'stopped') ||
      (event.type === 'token_issued' && event.grantType !== 'refresh_token')
  }

  /** Of the last ten seconds, in milliseconds; `null` where nobody logged in. */
  percentiles(): Record<'p50' | 'p95' | 'p99', number | null> {
    const since = performance.now() - KEPT_MS
    const firstKept = this.#times.findIndex(({ ended }) => ended >= since)
    this.#times.splice(0, firstKept < 0 ? this.#times.length : firstKept)
    const sorted = Float64Array.from(this.#times, ({ milliseconds }) => milliseconds).sort()
    return { p50: percentile(sorted, 50), p95: percentile(sorted, 95), p99: percentile(sorted, 99) }
  }

  #keep(ended: number, milliseconds: number): void {
    this.#times.push({ ended, milliseconds })
    if (this.#times.length > MOST_KEPT) this.#times.splice(0, this.#times.length - MOST_KEPT)
  }
}

/** By nearest rank, to a tenth. */
function percentile(sorted: Float64Array, percent: number): number | null {
  const value = sorted[Math.ceil((percent / 100) * sorted.length) - 1]
  return value === undefined ? null : Math.round(value * 10) / 10
}
