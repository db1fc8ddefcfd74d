import type { EventRequest, TellEvent } from '../event.js'
import { mistakes, type Mistake } from '../mistake.js'

export type TellMistake = (mistake: Mistake, request: EventRequest) => void

/** Of this process: several servers may stand behind one proxy. */
const warned = new Set<Mistake>()

/**
 * Tells of each mistake once: by an event, and where nobody is told of events by a process warning with the code
 * `OAUTH_MISCONFIGURED`.
 */
export function mistakesOption(onEvent: TellEvent, isHeard: boolean): TellMistake {
  const told = new Set<Mistake>()
  return (mistake, request) => {
    if (told.has(mistake)) return
    told.add(mistake)
    const { fault, remedy } = mistakes[mistake]
    onEvent({ type: 'misconfigured', mistake, fault, remedy }, request)
    if (isHeard || warned.has(mistake)) return
    warned.add(mistake)
    process.emitWarning(fault, { code: 'OAUTH_MISCONFIGURED', detail: remedy })
  }
}
