import type { ShedReason } from '../shed-reason.js'

/** Milliseconds between two reports while logins are being shed. */
const INTERVAL = 1000

/**
 * Counts shed logins and tells of them: the first at once, those that follow once a second by their number, so that a
 * storm of logins is no storm of events and the numbers still add up to every one of them.
 */
export function shedReport(tell: (reason: ShedReason, count: number) => void): (reason: ShedReason) => void {
  const counts = new Map<ShedReason, number>()
  let isPausing = false

  function report(): void {
    isPausing = counts.size > 0
    if (!isPausing) return
    for (const [reason, count] of counts) tell(reason, count)
    counts.clear()
    setTimeout(report, INTERVAL).unref()
  }

  return (reason) => {
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
    if (!isPausing) report()
  }
}
