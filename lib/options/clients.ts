import {
  CLIENT_KEY_ALGORITHMS,
  type Client,
  type ClientAuthenticationMethod,
  type ClientKeyAlgorithm,
  type ClientRegistration,
} from '../client.js'
import type { GrantStore, MaybePromise } from '../grant-store.js'
import {
  applicationClientAuthentication,
  registeredClientAuthentication,
  type ClientAuthentication,
} from '../strategies/client-authentication.js'
import { clientVerifier, type FindClient } from '../strategies/client-verifier.js'
import { assertionVerifier } from './assertion-verifier.js'
import { authenticatedClient, registeredClient, type ClientDefaults } from './client-registration.js'
import { isPlainObject, knownMembers, nonEmptyText, withoutNulls, wrong } from './option-kinds.js'
import type { ClientStrategies, OAuthPasswordGrantOptions } from './options.js'
import { passportOption } from './passport.js'
import type { SecretUses } from './secret-uses.js'

const STRATEGIES = { basic: true, body: true } satisfies Record<keyof ClientStrategies, true>

export interface ClientSettings {
  readonly authentication: ClientAuthentication
  readonly authenticationMethods: readonly ClientAuthenticationMethod[]
  /** The algorithms of client assertions that some client may sign with. */
  readonly assertionAlgorithms: readonly ClientKeyAlgorithm[]
}

/** What client assertions need. */
export interface AssertionSettings {
  readonly issuer: string
  /** Where assertions are spent. Absent if there is no store. */
  readonly store: GrantStore | undefined
}

/** How clients authenticate: by their registrations, or by the strategies that `clientStrategies` names. */
export function clientsOption(
  options: Pick<OAuthPasswordGrantOptions, 'clients' | 'clientStrategies' | 'passport'>,
  defaults: ClientDefaults,
  secrets: SecretUses,
  assertions: AssertionSettings,
): ClientSettings {
  const { clients, clientStrategies } = options
  if ((clients === undefined) === (clientStrategies === undefined)) {
    throw new TypeError(
      `Give one of clients and clientStrategies${clients === undefined ? '' : ', not both'}: an array of registrations or a function that finds one, or the names of Passport strategies.`,
    )
  }
  if (clients !== undefined) {
    const { find, ...offered } = registeredClients(clients, defaults, secrets, assertions)
    const { issuer, store } = assertions
    return {
      authentication: registeredClientAuthentication(clientVerifier(find), assertionVerifier(find, issuer, store)),
      ...offered,
    }
  }
  const names = knownMembers('clientStrategies', clientStrategies, STRATEGIES)
  const { basic, body } = names
  if (basic === undefined && body === undefined) {
    throw wrong('clientStrategies', clientStrategies, 'name the strategy for basic, for body or for both')
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
    assertionAlgorithms: [],
  }
}

interface RegisteredClients extends Omit<ClientSettings, 'authentication'> {
  readonly find: FindClient
}

function registeredClients(
  clients: unknown,
  defaults: ClientDefaults,
  secrets: SecretUses,
  assertions: AssertionSettings,
): RegisteredClients {
  if (typeof clients === 'function') {
    const find = clients as (id: string) => MaybePromise<ClientRegistration | null | undefined>
    const answered: FindClient = async (id) => {
      const registration = await find(id)
      if (registration === null || registration === undefined) return undefined
      const option = returnedBy(id, registration)
      const client = registeredClient(option, withoutNulls(registration), defaults)
      requireStore(option, client, assertions)
      // A database that compares without case finds `Web` for `web`.
      if (client.id !== id) return undefined
      for (const digest of client.secretDigests) secrets.check(`clients(${JSON.stringify(id)}).secret`, digest)
      return client
    }
    // What it may return, only the function knows.
    const hasStore = assertions.store !== undefined
    return {
      find: answered,
      authenticationMethods: methodsOf({ hasSecrets: true, hasKeys: hasStore, hasPublic: true }),
      assertionAlgorithms: hasStore ? CLIENT_KEY_ALGORITHMS : [],
    }
  }
  if (!Array.isArray(clients))
    throw wrong('clients', clients, 'give an array of registrations, or a function that finds one')
  const byId = new Map<string, Client>()
  clients.forEach((registration: unknown, index) => {
    const client = registeredClient(`clients[${index}]`, registration, defaults)
    requireStore(`clients[${index}]`, client, assertions)
    if (byId.has(client.id))
      throw new TypeError(
        `clients[${index}].id is ${JSON.stringify(client.id)}, which is registered twice: give each client an id of its own.`,
      )
    for (const digest of client.secretDigests) secrets.add(`clients[${index}].secret`, digest)
    byId.set(client.id, client)
  })
  if (byId.size === 0) throw wrong('clients', clients, 'register at least one')
  const all = [...byId.values()]
  const keys = all.flatMap((client) => client.keys)
  return {
    find: (id) => byId.get(id),
    authenticationMethods: methodsOf({
      hasSecrets: all.some(({ secretDigests }) => secretDigests.length > 0),
      hasKeys: keys.length > 0,
      hasPublic: all.some(({ isPublic }) => isPublic),
    }),
    assertionAlgorithms: CLIENT_KEY_ALGORITHMS.filter((one) => keys.some(({ algorithm }) => algorithm === one)),
  }
}

function requireStore(option: string, { keys }: Client, { store }: AssertionSettings): void {
  if (keys.length === 0 || store !== undefined) return
  throw new TypeError(
    `${option}.keys needs a grant store, which keeps a client assertion from being used twice, and refreshTokens is false: give a grantStore.`,
  )
}

/** The call that returned a registration. Without one the id is not known to be an id: people paste secrets there. */
function returnedBy(id: string, registration: unknown): string {
  return isPlainObject(registration) && registration['id'] === id ? `clients(${JSON.stringify(id)})` : 'clients(id)'
}

function methodsOf(clients: {
  readonly hasSecrets: boolean
  readonly hasKeys: boolean
  readonly hasPublic: boolean
}): readonly ClientAuthenticationMethod[] {
  return [
    ...(clients.hasSecrets ? (['client_secret_basic', 'client_secret_post'] as const) : []),
    ...(clients.hasKeys ? (['private_key_jwt'] as const) : []),
    ...(clients.hasPublic ? (['none'] as const) : []),
  ]
}
