import type { EventRequest, TellEvent } from '../event.js'
import { mistakes, type Mistake } from '../mistake.js'

/**
 * Tells the operator of a mistake.
 * @param request Absent if the options show the mistake. The event is then emitted once the application has started.
 * @param found What was found, for the end of the sentence.
 */
export type TellMistake = (mistake: Mistake, request?: EventRequest, found?: string) => void

/** Shared by all servers of this process: several may stand behind one proxy. */
const warned = new Set<string>()

/**
 * Tells of each mistake once: by an event, or without `onEvent` by a process warning with the code `OAUTH_MISCONFIGURED`.
 */
export function mistakesOption(onEvent: TellEvent, isHeard: boolean): TellMistake {
  const told = new Set<Mistake>()
  return (mistake, request, found) => {
    if (told.has(mistake)) return
    told.add(mistake)
    const { remedy } = mistakes[mistake]
    const fault = mistakes[mistake].fault + (found === undefined ? '' : `: ${found}.`)
    const emit = () => {
      onEvent({ type: 'misconfigured', mistake, fault, remedy }, request)
    }
    // At start-up the listener may use what the application has not made yet, such as the middleware itself.
    if (request === undefined) process.nextTick(emit)
    else emit()
    if (isHeard || warned.has(fault)) return
    warned.add(fault)
    process.emitWarning(fault, { code: 'OAUTH_MISCONFIGURED', detail: remedy })
  }
}
