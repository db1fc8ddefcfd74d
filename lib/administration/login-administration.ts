import { knownMembers, nonEmptyText } from '../options/option-kinds.js'
import type { Settings } from '../options/settings.js'

/** Which logins a stop or its end is about. */
export interface WhichLogins {
  /** Those through this client. Default: all. */
  readonly clientId?: string
}

/** The logins that are stopped. */
export interface StoppedLoginsDescription {
  readonly all: boolean
  readonly clientIds: readonly string[]
}

/** Switches for an incident, in this process. Each throws a TypeError where the argument is wrong. */
export interface LoginAdministration {
  /** Refuses new logins before the password is looked at, by a 503 with `Retry-After`; refreshes go on. */
  stop(which?: WhichLogins): void
  /** Lets them in again. The end of the stop for all leaves the clients stopped that were stopped by themselves. */
  resume(which?: WhichLogins): void
  stopped(): StoppedLoginsDescription
}

export function loginAdministration({ stoppedLogins, onEvent }: Settings): LoginAdministration {
  return {
    stop(which = {}) {
      const clientId = clientIdOf(which)
      stoppedLogins.stop(clientId)
      onEvent({ type: 'logins_stopped', clientId })
    },
    resume(which = {}) {
      const clientId = clientIdOf(which)
      stoppedLogins.resume(clientId)
      onEvent({ type: 'logins_resumed', clientId })
    },
    stopped() {
      return { all: stoppedLogins.areAllStopped, clientIds: stoppedLogins.clientIds }
    },
  }
}

/** A `clientId` that is there and `undefined` is a mistake, and must not pass for all. */
function clientIdOf(which: WhichLogins): string | undefined {
  const members = knownMembers('The argument of oauth.logins', which, { clientId: true })
  return 'clientId' in members ? nonEmptyText('clientId', members.clientId) : undefined
}
