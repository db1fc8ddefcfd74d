import { beforeExit, notBeforeExit } from '../async/before-exit.js'
import type { ShedReason } from '../event.js'

/** Milliseconds between two reports while logins are being shed. */
const INTERVAL = 1000

/**
 * Counts shed logins and reports them: the first one at once and those that follow once a second with their number, so that a
 * flood of logins does not become a flood of events. The numbers add up to every shed login; what has not been reported
 * when the process ends is reported then.
 */
export function shedReport(tell: (reason: ShedReason, count: number) => void): (reason: ShedReason) => void {
  const counts = new Map<ShedReason, number>()
  let pause: NodeJS.Timeout | undefined

  function report(): void {
    clearTimeout(pause)
    pause = undefined
    notBeforeExit(report)
    if (counts.size === 0) return
    for (const [reason, count] of counts) tell(reason, count)
    counts.clear()
    pause = setTimeout(report, INTERVAL).unref()
  }

  return (reason) => {
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
    if (pause === undefined) report()
    else beforeExit(report)
  }
}
