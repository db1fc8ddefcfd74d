import { hash } from 'node:crypto'
import { LONGEST_CLIENT_CREDENTIAL, type Client, type ClientRegistration } from '../client.js'
import { defaultGrantTypes, grantTypes, type GrantType } from '../grant-types/grant-types.js'
import { MIN_SECRET_BYTES } from '../tokens/key-object.js'
import { quoted } from '../values/shown.js'
import { suggestion } from '../values/suggestion.js'
import { isRepetitive } from '../tokens/repetitive.js'
import { clientKeys } from './client-keys.js'
import {
  isPlainObject,
  knownMembers,
  nonEmptyText,
  oneOrMore,
  optionalBoolean,
  wrong,
  wrongValue,
} from './option-kinds.js'
import { someScopes } from './scopes.js'

/** What holds for a client whose registration does not say otherwise. */
export interface ClientDefaults {
  readonly scopes: ReadonlyMap<string, string>
  readonly defaultScope: ReadonlyMap<string, string>
  readonly audience: string | readonly string[]
}

/** The members that the user of a client strategy may have, too. */
const STRATEGY_MEMBERS = {
  id: true,
  grantTypes: true,
  scopes: true,
  defaultScope: true,
  audience: true,
  introspectionAudiences: true,
  endUserAddress: true,
} satisfies Record<Exclude<keyof ClientRegistration, 'secret' | 'keys' | 'public'>, true>

const MEMBERS = { ...STRATEGY_MEMBERS, secret: true, keys: true, public: true } satisfies Record<
  keyof ClientRegistration,
  true
>

/** What ids and secrets of clients are made of (RFC 6749 appendix A.1 and A.2). */
const VSCHARS = /^[\x20-\x7e]+$/

const GENERATE_CLIENT = 'generate one with "npx express-oauth-password-grant client"'

const GRANT_TYPES: readonly GrantType[] = [...new Set(grantTypes.map(({ registeredAs }) => registeredAs))]

/** A checked client. @throws TypeError that names the member of the registration, what is wrong and what to do. */
export function registeredClient(option: string, registration: unknown, defaults: ClientDefaults): Client {
  const members = knownMembers(option, registration, MEMBERS)
  const isPublic = optionalBoolean(`${option}.public`, members.public) === true
  if (isPublic && members.secret !== undefined) {
    throw new TypeError(`${option} is public and has a secret: leave out secret, or leave out public: true.`)
  }
  if (members.keys !== undefined && (isPublic || members.secret !== undefined)) {
    throw new TypeError(
      `${option} has keys and ${isPublic ? 'is public' : 'a secret'}: leave one of the two out, because a client authenticates in one way.`,
    )
  }
  if (isPublic && members.introspectionAudiences !== undefined) {
    throw new TypeError(
      `${option} is public and has introspectionAudiences: leave them out, because only a client with a secret may introspect.`,
    )
  }
  if (isPublic && members.endUserAddress === true) {
    throw new TypeError(
      `${option} is public and has endUserAddress: leave one of the two out, because anybody can pose as a public client and could make up the address that the limits count by.`,
    )
  }
  return clientOf(option, members, credentialsOf(option, members, isPublic), defaults)
}

type Credentials = Pick<Client, 'secretDigests' | 'keys'>

const NO_CREDENTIALS: Credentials = { secretDigests: [], keys: [] }

function credentialsOf(
  option: string,
  { keys, secret }: { readonly keys?: unknown; readonly secret?: unknown },
  isPublic: boolean,
): Credentials {
  if (isPublic) return NO_CREDENTIALS
  if (keys !== undefined) return { ...NO_CREDENTIALS, keys: clientKeys(`${option}.keys`, keys) }
  return { ...NO_CREDENTIALS, secretDigests: secretDigests(`${option}.secret`, secret) }
}

/** A client that a strategy of the application has authenticated. Members that are `null` count as absent. */
export function authenticatedClient(value: unknown, defaults: ClientDefaults): Client {
  const option = 'The user of a client strategy'
  if (!isPlainObject(value)) throw wrong(option, value, 'it must be an object with the id of the client')
  // Not only its own members, because the user may be an object of a class with getters.
  const members = Object.fromEntries(Object.keys(STRATEGY_MEMBERS).map((name) => [name, value[name] ?? undefined]))
  return clientOf(option, members, NO_CREDENTIALS, defaults)
}

function clientOf(
  option: string,
  members: Readonly<Partial<Record<keyof typeof MEMBERS, unknown>>>,
  credentials: Credentials,
  defaults: ClientDefaults,
): Client {
  const id = nonEmptyText(`${option}.id`, members.id)
  if (!VSCHARS.test(id)) {
    throw new TypeError(`${option}.id has characters that RFC 6749 appendix A.1 does not allow: use visible ASCII.`)
  }
  requireBounded(`${option}.id`, id)
  const endUserAddress = optionalBoolean(`${option}.endUserAddress`, members.endUserAddress) === true
  const scopes =
    members.scopes === undefined ? defaults.scopes : someScopes(`${option}.scopes`, members.scopes, defaults.scopes)
  const defaultScope =
    members.defaultScope === undefined
      ? [...defaults.defaultScope.keys()].filter((scope) => scopes.has(scope))
      : [...someScopes(`${option}.defaultScope`, members.defaultScope, scopes).keys()]
  return Object.freeze({
    id,
    isPublic: members.public === true,
    ...credentials,
    grantTypes: grantTypesOf(`${option}.grantTypes`, members.grantTypes),
    scopes,
    defaultScope: defaultScope.join(' '),
    audience: members.audience === undefined ? defaults.audience : oneOrMore(`${option}.audience`, members.audience),
    introspectionAudiences: new Set(
      members.introspectionAudiences === undefined
        ? []
        : [oneOrMore(`${option}.introspectionAudiences`, members.introspectionAudiences)].flat(),
    ),
    endUserAddress,
  })
}

function grantTypesOf(option: string, value: unknown): ReadonlySet<string> {
  if (value === undefined) return new Set(defaultGrantTypes)
  if (!Array.isArray(value)) throw wrongValue(option, value, `give an array of ${GRANT_TYPES.join(', ')}`)
  for (const grantType of value) {
    if (!GRANT_TYPES.some((known) => known === grantType)) {
      const remedy = suggestion(typeof grantType === 'string' ? grantType : '', GRANT_TYPES, 'grant types')
      throw new TypeError(`${option} names ${quoted(grantType)}, which is not a grant type of clients: ${remedy}`)
    }
  }
  return new Set(value as GrantType[]) // just checked
}

function secretDigests(option: string, value: unknown): readonly Buffer[] {
  const secrets: unknown[] = Array.isArray(value) ? value : [value]
  if (value === undefined || secrets.length === 0) {
    throw new TypeError(
      `${option} is missing: give the client a secret or keys, or set public: true if it cannot hold one.`,
    )
  }
  return secrets.map((secret) => secretDigest(option, secret))
}

function secretDigest(option: string, secret: unknown): Buffer {
  if (isPlainObject(secret)) {
    const { sha256 } = knownMembers(option, secret, { sha256: true })
    const digest =
      typeof sha256 === 'string' ? Buffer.from(sha256, sha256.length === 64 ? 'hex' : 'base64url') : undefined
    if (digest?.length === 32) return digest
    throw wrong(`${option}.sha256`, sha256, 'give a SHA-256 as 64 hexadecimal digits or 43 characters of base64url')
  }
  if (typeof secret !== 'string' || Buffer.byteLength(secret) < MIN_SECRET_BYTES) {
    const found = typeof secret === 'string' ? ` (it is ${Buffer.byteLength(secret)})` : ', as a string'
    throw new TypeError(`${option} must be at least ${MIN_SECRET_BYTES} bytes long${found}: ${GENERATE_CLIENT}.`)
  }
  if (isRepetitive(Buffer.from(secret))) {
    throw new TypeError(`${option} must be random, and repeats the same few characters: ${GENERATE_CLIENT}.`)
  }
  if (!VSCHARS.test(secret)) {
    throw new TypeError(
      `${option} has characters that RFC 6749 appendix A.2 does not allow, and that clients send in different encodings: use visible ASCII.`,
    )
  }
  requireBounded(option, secret)
  return hash('sha256', secret, 'buffer')
}

/** Otherwise the client could never authenticate. */
function requireBounded(option: string, text: string): void {
  if (text.length <= LONGEST_CLIENT_CREDENTIAL) return
  throw new TypeError(
    `${option} must have at most ${LONGEST_CLIENT_CREDENTIAL} characters (it has ${text.length}): use a shorter one.`,
  )
}
