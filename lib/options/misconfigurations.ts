import type { EventRequest, TellEvent } from '../event.js'
import { misconfigurations, type Misconfiguration } from '../misconfiguration.js'

/**
 * Tells the operator of a misconfiguration.
 * @param request Absent if the options show the misconfiguration. The event is then emitted once the application has started.
 * @param found What was found, for the end of the sentence.
 */
export type ReportMisconfiguration = (
  misconfiguration: Misconfiguration,
  request?: EventRequest,
  found?: string,
) => void

/** Shared by all servers of this process: several may stand behind one proxy. */
const warned = new Set<string>()

/**
 * Tells of each misconfiguration once: by an event, or without `onEvent` by a process warning with the code `OAUTH_MISCONFIGURED`.
 */
export function misconfigurationsOption(onEvent: TellEvent, isHeard: boolean): ReportMisconfiguration {
  const told = new Set<Misconfiguration>()
  return (misconfiguration, request, found) => {
    if (told.has(misconfiguration)) return
    told.add(misconfiguration)
    const { remedy } = misconfigurations[misconfiguration]
    const problem = misconfigurations[misconfiguration].problem + (found === undefined ? '' : `: ${found}.`)
    const emit = () => {
      onEvent({ type: 'misconfigured', misconfiguration, problem, remedy }, request)
    }
    // At start-up the listener may use what the application has not made yet, such as the middleware itself.
    if (request === undefined) process.nextTick(emit)
    else emit()
    if (isHeard || warned.has(problem)) return
    warned.add(problem)
    process.emitWarning(problem, { code: 'OAUTH_MISCONFIGURED', detail: remedy })
  }
}
