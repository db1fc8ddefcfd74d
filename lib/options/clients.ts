import type { Client, ClientAuthenticationMethod, ClientRegistration } from '../client.js'
import type { MaybePromise } from '../grant-store.js'
import {
  applicationClientAuthentication,
  registeredClientAuthentication,
  type ClientAuthentication,
} from '../strategies/client-authentication.js'
import { clientVerifier, type FindClient } from '../strategies/client-verifier.js'
import { authenticatedClient, registeredClient, type ClientDefaults } from './client-registration.js'
import { isPlainObject, knownMembers, nonEmptyText, withoutNulls, wrong } from './option-kinds.js'
import type { OAuthPasswordGrantOptions } from './options.js'
import { passportOption } from './passport.js'
import type { SecretUses } from './secret-uses.js'

export interface ClientSettings {
  readonly authentication: ClientAuthentication
  readonly authenticationMethods: readonly ClientAuthenticationMethod[]
}

/** How clients authenticate: by their registrations, or by the strategies that `clientStrategies` names. */
export function clientsOption(
  options: Pick<OAuthPasswordGrantOptions, 'clients' | 'clientStrategies' | 'passport'>,
  defaults: ClientDefaults,
  secrets: SecretUses,
): ClientSettings {
  const { clients, clientStrategies } = options
  if ((clients === undefined) === (clientStrategies === undefined)) {
    throw new TypeError(
      `Give one of clients and clientStrategies${clients === undefined ? '' : ', not both'}: a list of registrations or a function that finds one, or the names of Passport strategies.`,
    )
  }
  if (clients !== undefined) {
    const { find, authenticationMethods } = registeredClients(clients, defaults, secrets)
    return {
      authentication: registeredClientAuthentication(clientVerifier(find)),
      authenticationMethods,
    }
  }
  const names = knownMembers('clientStrategies', clientStrategies, { basic: true, body: true })
  const { basic, body } = names
  if (basic === undefined && body === undefined) {
    throw wrong('clientStrategies', clientStrategies, 'name the strategy for basic, for body, or for both')
  }
  return {
    authentication: applicationClientAuthentication(
      passportOption(options.passport, 'clientStrategies'),
      {
        ...(basic === undefined ? {} : { basic: nonEmptyText('clientStrategies.basic', basic) }),
        ...(body === undefined ? {} : { body: nonEmptyText('clientStrategies.body', body) }),
      },
      (user) => authenticatedClient(user, defaults),
    ),
    authenticationMethods: [
      ...(basic === undefined ? [] : ['client_secret_basic' as const]),
      ...(body === undefined ? [] : ['client_secret_post' as const]),
    ],
  }
}

interface RegisteredClients {
  readonly find: FindClient
  readonly authenticationMethods: readonly ClientAuthenticationMethod[]
}

function registeredClients(clients: unknown, defaults: ClientDefaults, secrets: SecretUses): RegisteredClients {
  if (typeof clients === 'function') {
    const find = clients as (id: string) => MaybePromise<ClientRegistration | null | undefined>
    const answered: FindClient = async (id) => {
      const registration = await find(id)
      if (registration === null || registration === undefined) return undefined
      const client = registeredClient(returnedBy(id, registration), withoutNulls(registration), defaults)
      // A database that compares without case finds `Web` for `web`.
      if (client.id !== id) return undefined
      for (const digest of client.secretDigests) secrets.check(`clients(${JSON.stringify(id)}).secret`, digest)
      return client
    }
    // What it may answer, only it knows.
    return { find: answered, authenticationMethods: methodsOf(true, true) }
  }
  if (!Array.isArray(clients))
    throw wrong('clients', clients, 'give a list of registrations, or a function that finds one')
  const byId = new Map<string, Client>()
  clients.forEach((registration: unknown, index) => {
    const client = registeredClient(`clients[${index}]`, registration, defaults)
    if (byId.has(client.id)) throw new TypeError(`clients[${index}].id is registered twice: ids are unique.`)
    for (const digest of client.secretDigests) secrets.add(`clients[${index}].secret`, digest)
    byId.set(client.id, client)
  })
  if (byId.size === 0) throw wrong('clients', clients, 'register at least one')
  const all = [...byId.values()]
  const hasConfidential = all.some(({ isPublic }) => !isPublic)
  const hasPublic = all.some(({ isPublic }) => isPublic)
  return { find: (id) => byId.get(id), authenticationMethods: methodsOf(hasConfidential, hasPublic) }
}

/** The call that returned a registration. Without one the id is not known to be an id: people paste secrets there. */
function returnedBy(id: string, registration: unknown): string {
  return isPlainObject(registration) && registration['id'] === id ? `clients(${JSON.stringify(id)})` : 'clients(id)'
}

function methodsOf(hasConfidential: boolean, hasPublic: boolean): readonly ClientAuthenticationMethod[] {
  return [
    ...(hasConfidential ? (['client_secret_basic', 'client_secret_post'] as const) : []),
    ...(hasPublic ? (['none'] as const) : []),
  ]
}
