import { isLoopback, type Settings } from './settings.js'
import { StartFailure } from './start-failure.js'

/** Where the parts are. */
export interface Urls {
  /** Where this process listens. */
  readonly own: string
  /** The authorization server. */
  readonly issuer: string
  /** The contacts API, without `/contacts`. */
  readonly api: string
  /** The operator's desk, if it is in this process: for a browser on this machine. */
  readonly desk: string | undefined
}

/**
 * Those that were set, else those of this process.
 * @throws StartFailure where a part is elsewhere and nothing says where; and where others could reach this process, which
 * takes https and so a name that only the operator knows.
 */
export function urlsAt(own: string, settings: Settings, desk?: string): Urls {
  return { own, issuer: issuerAt(own, settings), api: apiAt(own, settings), desk }
}

function issuerAt(own: string, { issuer, host, parts }: Settings): string {
  if (issuer !== undefined) return issuer
  if (!parts.includes('authorization-server'))
    throw new StartFailure('ISSUER must be set, to the URL of the authorization server, because PARTS leaves it out.')
  if (isLoopback(new URL(own).hostname)) return own
  throw new StartFailure(
    `ISSUER must be set, to the https URL at which clients reach this server, because HOST ${host} is not a loopback address.`,
  )
}

function apiAt(own: string, { apiUrl, parts }: Settings): string {
  if (apiUrl !== undefined) return apiUrl
  if (parts.includes('web-site') && !parts.includes('contacts-api'))
    throw new StartFailure('API_URL must be set, to the URL of the contacts API, because PARTS leaves it out.')
  return `${own}/api`
}
