import { OAuthError } from '../oauth-error.js'
import { timeLimit } from '../time-limit.js'
import type { Limiter, Reservation } from './limiter.js'

/** An attempt that others may wait for. */
export interface AwaitedReservation extends Reservation {
  /** The attempt is over, whatever came of it. To give it back or to clear says so too. */
  settle(): void
}

/** How long an attempt waits for another to be over. */
const PATIENCE_MS = 10_000

/** The attempts of one key. */
interface Line {
  underWay: number
  /** How many were over so far. */
  over: number
  /** How many ask for a reservation. */
  asking: number
  /** Who waits for another to be over, the longest first. */
  readonly waiting: (() => void)[]
}

/**
 * Reserves with a limiter whose keys many honest attempts share at once, such as addresses. Where the limit is reached by
 * attempts that are still under way in this process, and may yet be given back, the next one waits for them and is not
 * refused: 500 users who log in at once through one backend are no attack, while of 500 guesses no more than the limit are
 * made.
 */
export function patiently(limiter: Limiter): (key: string) => Promise<AwaitedReservation> {
  const lines = new Map<string, Line>()

  return async function reserve(key) {
    const line = lines.get(key) ?? { underWay: 0, over: 0, asking: 0, waiting: [] }
    lines.set(key, line)
    const tidy = () => line.asking + line.underWay === 0 && lines.delete(key)
    line.asking += 1
    try {
      if (line.underWay > 0 && line.waiting.length > 0) await oneIsOver(line)
      const reservation = await reserved(limiter, key, line)
      line.underWay += 1
      return awaited(reservation, () => {
        line.underWay -= 1
        line.over += 1
        line.waiting.shift()?.()
        tidy()
      })
    } catch (error) {
      line.waiting.shift()?.()
      throw error
    } finally {
      line.asking -= 1
      tidy()
    }
  }
}

async function reserved(limiter: Limiter, key: string, line: Line): Promise<Reservation> {
  for (;;) {
    const { over } = line
    try {
      return await limiter.reserve(key)
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      if (line.over !== over) continue // what was over meanwhile may have been given back
      if (line.underWay === 0 || !(await oneIsOver(line))) throw error
    }
  }
}

/** Whether one was over before patience was. */
async function oneIsOver({ waiting }: Line): Promise<boolean> {
  let resume = () => {}
  const turn = new Promise<boolean>((resolve) => {
    resume = () => {
      resolve(true)
    }
  })
  waiting.push(resume)
  return timeLimit(turn, PATIENCE_MS, () => new Error('None was over.')).catch(() => {
    const place = waiting.indexOf(resume)
    if (place >= 0) waiting.splice(place, 1)
    return false
  })
}

function awaited(reservation: Reservation, onOver: () => void): AwaitedReservation {
  let isOver = false
  function settle(): void {
    if (isOver) return
    isOver = true
    onOver()
  }
  return {
    settle,
    giveBack: () => reservation.giveBack().finally(settle),
    clear: () => reservation.clear().finally(settle),
  }
}
