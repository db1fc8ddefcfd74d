import { newPrivateJwk, parsePrivateJwk, type PrivateJwk } from './client-key.js'
import { demo } from './demo.js'
import type { Settings } from './settings.js'
import { StartFailure } from './start-failure.js'
import type { StoredSettings } from './stored-settings.js'

const NAME = 'client_key'

/**
 * The private key of the demo's web site, whose public half the authorization server registers on its first start. The first
 * process that asks generates it; the same for all processes on one database and after every restart.
 */
export async function demoSiteKey({ clientId, clientKey }: Settings, stored: StoredSettings): Promise<PrivateJwk> {
  if (clientKey !== undefined && clientId === demo.site.id) return clientKey
  return parsed(await stored.value(NAME, JSON.stringify(newPrivateJwk())))
}

/**
 * The private key with which the web site of these settings authenticates. It never generates one, because the authorization
 * server would not know it.
 * @throws StartFailure if `CLIENT_KEY` is not set and the database does not hold the key of this client.
 */
export async function siteKey({ clientId, clientKey }: Settings, stored: StoredSettings): Promise<PrivateJwk> {
  if (clientKey !== undefined) return clientKey
  const value = clientId === demo.site.id ? await stored.find(NAME) : undefined
  if (value !== undefined) return parsed(value)
  throw new StartFailure(
    `CLIENT_KEY must be set, to the private key of the client ${JSON.stringify(clientId)}, because this database does not hold it. (It holds the key of the demo's web site once an authorization server has started on it.)`,
  )
}

function parsed(value: string): PrivateJwk {
  const key = parsePrivateJwk(value)
  if (key !== undefined) return key
  throw new StartFailure(
    `The setting ${NAME} in the database is not a private key: delete it from the table settings and the web site from the table clients, or set CLIENT_KEY.`,
  )
}
