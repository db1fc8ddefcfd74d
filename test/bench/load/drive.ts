import type { HttpConnection } from './http-connection.js'
import type { Workload } from './workload.js'

export interface Driven {
  readonly requests: number
  readonly seconds: number
}

/** Ends a load: after so many requests, or once so much time has passed. */
export type Until = { readonly requests: number } | { readonly seconds: number }

/** Sends a workload over the connections, one request at a time on each; rejects at the first answer that is not a good one. */
export async function drive(connections: readonly HttpConnection[], workload: Workload, until: Until): Promise<Driven> {
  const start = performance.now()
  const endAt = 'seconds' in until ? start + until.seconds * 1000 : Infinity
  const most = 'requests' in until ? until.requests : Infinity
  let begun = 0
  let finished = 0

  async function keepBusy(connection: HttpConnection): Promise<void> {
    while (begun < most && performance.now() < endAt) {
      begun++
      const exchange = workload.next()
      const { status, body } = await connection.send(exchange.request)
      if (status !== 200 || !body.includes(workload.good)) {
        throw new Error(`instead of a good answer after ${finished} good ones: ${status} ${body.slice(0, 500)}`)
      }
      exchange.answered(body)
      finished++
    }
  }

  await Promise.all(connections.map(keepBusy))
  return { requests: finished, seconds: (performance.now() - start) / 1000 }
}
