import { IssuerError } from './issuer-error.js'

/** How often an outage that lasts is reported again, in milliseconds. */
const INTERVAL = 60_000

export interface IssuerOutage {
  /** The issuer could not be asked. */
  failed(error: IssuerError): void
  /** The issuer was asked, and answered. */
  ended(): void
}

/**
 * Reports an issuer that cannot be asked: its first error at once, then, while requests go on failing, one line a minute with
 * their number, and one line at the end. So an outage does not flood the log, and nothing that happened is missing in it.
 */
export function issuerOutage(issuer: string, report: (error: IssuerError) => void): IssuerOutage {
  let since: number | undefined
  let reportedAt = 0
  let unreported = 0

  function reportCount(error: IssuerError): void {
    reportedAt = performance.now()
    unreported = 0
    report(withoutStack(error))
  }
  const soFar = (now: number) =>
    `${unreported} more ${unreported === 1 ? 'time' : 'times'} in ${Math.round((now - (since ?? now)) / 1000)} seconds`

  return {
    failed(error) {
      const now = performance.now()
      if (since === undefined) {
        since = reportedAt = now
        report(error)
        return
      }
      unreported += 1
      if (now - reportedAt < INTERVAL) return
      reportCount(
        new IssuerError(error.code, `The issuer ${issuer} still cannot be asked, ${soFar(now)}: ${error.message}`),
      )
    },
    ended() {
      if (since === undefined) return
      const message = `The issuer ${issuer} answers again. It could not be asked ${soFar(performance.now())}.`
      if (unreported > 0) reportCount(new IssuerError('ISSUER_RECOVERED', message))
      since = undefined
    },
  }
}

/** One line in a log. */
function withoutStack(error: IssuerError): IssuerError {
  error.stack = `${error.name}: ${error.message}`
  return error
}
