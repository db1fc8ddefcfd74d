import { userCount } from '../candidates/scenario.js'
import { passwordRequest, refreshRequest } from './token-request.js'

/** What a load asks for: one exchange at a time is under way on each connection. */
export interface Workload {
  /** So many requests before anything is measured. */
  readonly preparation: number
  /** What stands in every good answer. */
  readonly good: string
  next(): Exchange
}

export interface Exchange {
  readonly request: string | Buffer
  /** Told the answer's body, once it is known to be good. */
  answered(body: string): void
}

const loginRequests: Buffer[] = []

function loginRequest(index: number): Buffer {
  return (loginRequests[index % userCount] ??= Buffer.from(passwordRequest(index % userCount)))
}

/** Logs in one user after another. */
export function loginWorkload(): Workload {
  let user = 0
  return { preparation: 0, good: ACCESS_TOKEN, next: () => ({ request: loginRequest(user++), answered: ignore }) }
}

/** Logs in `lineages` users, then refreshes them in turn, each with its newest refresh token. */
export function refreshWorkload(lineages: number): Workload {
  const idle: Lineage[] = Array.from({ length: lineages }, (_, user) => ({ user, refreshToken: undefined })).reverse()
  const refreshed: Lineage[] = []
  return {
    preparation: lineages,
    good: ACCESS_TOKEN,
    next() {
      if (idle.length === 0) idle.push(...refreshed.splice(0).reverse())
      const lineage = idle.pop()
      if (!lineage) throw new Error('more connections than lineages')
      return {
        request: lineage.refreshToken === undefined ? loginRequest(lineage.user) : refreshRequest(lineage.refreshToken),
        answered(body) {
          lineage.refreshToken = refreshTokenOf(body)
          refreshed.push(lineage)
        },
      }
    },
  }
}

interface Lineage {
  readonly user: number
  refreshToken: string | undefined
}

const ACCESS_TOKEN = '"access_token":"'
const REFRESH_TOKEN = '"refresh_token":"'

function refreshTokenOf(body: string): string {
  const start = body.indexOf(REFRESH_TOKEN)
  if (start === -1) throw new Error(`an answer without a refresh token: ${body}`)
  const valueAt = start + REFRESH_TOKEN.length
  return body.slice(valueAt, body.indexOf('"', valueAt))
}

function ignore(): void {
  // a login's answer changes nothing
}
