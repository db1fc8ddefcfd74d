import { createPrivateKey } from 'node:crypto'
import { isIP } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parsePrivateJwk, type PrivateJwk } from './client-key.js'
import { demo } from './demo.js'
import { StartFailure } from './start-failure.js'

export const partNames = ['authorization-server', 'contacts-api', 'web-site'] as const

export type PartName = (typeof partNames)[number]

/** What the environment says, checked. The README beside this file has a table of it. */
export interface Settings {
  readonly host: string
  /** `0`: any that is free. */
  readonly port: number
  /** What this process is. */
  readonly parts: readonly PartName[]
  /** `undefined`: the URL that the server turns out to listen at. */
  readonly issuer: string | undefined
  /** `undefined`: below the URL that the server turns out to listen at. */
  readonly apiUrl: string | undefined
  readonly audience: string
  /** The client that the web site is. */
  readonly clientId: string
  /** The private key with which the web site authenticates. `undefined`: the one in the database. */
  readonly clientKey: PrivateJwk | undefined
  /** Where the operator's desk listens, at 127.0.0.1 whatever the host is. `0`: any port that is free. */
  readonly deskPort: number
  /** In seconds. */
  readonly accessTokenLifetime: number
  /** A private key as PEM. `undefined`: generated once and kept in the database. */
  readonly signingKey: string | undefined
  readonly trustProxy: TrustProxy
  readonly databaseFile: string
  /** `undefined`: users and clients are in the database file. */
  readonly databaseUrl: string | undefined
  /** `undefined`: grants are where the users are, and so are the counts of limits but on SQLite. */
  readonly redisUrl: string | undefined
}

/** Whose `X-Forwarded-For` is believed: nobody's, that of so many proxies, or that of those at these addresses. */
export type TrustProxy = false | number | string

type Environment = Readonly<Record<string, string | undefined>>

const DESK_DISTANCE = 1_000
const DATABASE_FILE = fileURLToPath(new URL('../.data/example.db', import.meta.url))

/**
 * The settings that the environment holds. A variable that is set to nothing counts as not set.
 * @throws StartFailure that names the variable, its fault and the remedy; a secret or a password is never repeated.
 */
export function readSettings(environment: Environment): Settings {
  const given = (name: string): string | undefined => environment[name]?.trim() || undefined
  const ownPort = port('PORT', given('PORT') ?? '3000')
  return {
    host: given('HOST') ?? '127.0.0.1',
    port: ownPort,
    parts: parts(given('PARTS')),
    issuer: safeUrl('ISSUER', 'at which clients reach the authorization server', given('ISSUER')),
    apiUrl: safeUrl('API_URL', 'at which the web site reaches the contacts API', given('API_URL')),
    audience: given('AUDIENCE') ?? 'https://contacts.example',
    clientId: given('CLIENT_ID') ?? demo.site.id,
    clientKey: clientKey(given('CLIENT_KEY')),
    deskPort: port('DESK_PORT', given('DESK_PORT') ?? String(usualDeskPort(ownPort))),
    accessTokenLifetime: lifetime('ACCESS_TOKEN_LIFETIME', given('ACCESS_TOKEN_LIFETIME') ?? '10m'),
    signingKey: signingKey(given('SIGNING_KEY')),
    trustProxy: trustProxy(given('TRUST_PROXY')),
    databaseFile: given('DATABASE_FILE') ?? DATABASE_FILE,
    databaseUrl: serverUrl('DATABASE_URL', given('DATABASE_URL'), ['postgres:', 'postgresql:', 'mysql:']),
    redisUrl: serverUrl('REDIS_URL', given('REDIS_URL'), ['redis:', 'rediss:']),
  }
}

/** Whether a host can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || /^127(\.\d+){3}$/.test(host)
}

/** Several servers on one machine have ports of their own, and so have their desks. */
function usualDeskPort(ownPort: number): number {
  return ownPort === 0 || ownPort + DESK_DISTANCE > 65535 ? 0 : ownPort + DESK_DISTANCE
}

function port(name: string, text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text)
  throw new StartFailure(
    `${name} must be a whole number from 0 (any free port) to 65535; it is ${JSON.stringify(text)}.`,
  )
}

function parts(text: string | undefined): readonly PartName[] {
  if (text === undefined) return partNames
  const named = text.split(',').map((part) => part.trim())
  if (named.every((name) => partNames.some((each) => each === name)))
    return partNames.filter((name) => named.includes(name))
  throw new StartFailure(
    `PARTS must be one or more of ${partNames.join(', ')}, with commas between; it is ${JSON.stringify(text)}.`,
  )
}

function safeUrl(name: string, purpose: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = parsedUrl(text)
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  if (isSafe && !/[?#]/.test(text)) return text
  throw new StartFailure(
    `${name} must be the https URL ${purpose}, without query and fragment (http only for 127.0.0.1, [::1] and localhost); it is ${JSON.stringify(text)}.`,
  )
}

const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 }

function lifetime(name: string, text: string): number {
  const [, count, unit = ''] = /^([1-9]\d{0,6}) ?([smhd]?)$/.exec(text) ?? []
  if (count !== undefined) return Number(count) * (SECONDS[unit] ?? 1)
  throw new StartFailure(
    `${name} must be a number of seconds, or a number with s, m, h or d behind it (15m); it is ${JSON.stringify(text)}.`,
  )
}

function signingKey(text: string | undefined): string | undefined {
  if (text === undefined || isPrivateKey(text)) return text
  throw new StartFailure(
    'SIGNING_KEY must be a private key as PEM, EC on P-256 or RSA of 2048 bits. This makes one: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256',
  )
}

function clientKey(text: string | undefined): PrivateJwk | undefined {
  const key = text === undefined ? undefined : parsePrivateJwk(text)
  if (text === undefined || key !== undefined) return key
  throw new StartFailure(
    `CLIENT_KEY must be the private key of the web site as a JWK: JSON with kty "EC", crv "P-256", x, y and d. This makes one, and the registration of the client: npx express-oauth-password-grant client --key --id ${demo.site.id}`,
  )
}

function isPrivateKey(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem)
    return asymmetricKeyType === 'rsa'
      ? (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048
      : asymmetricKeyDetails?.namedCurve === 'prime256v1'
  } catch {
    return false
  }
}

function trustProxy(text: string | undefined): TrustProxy {
  if (text === undefined) return false
  if (/^\d{1,2}$/.test(text)) return Number(text)
  if (text.split(',').every((part) => isProxyAddress(part.trim()))) return text
  throw new StartFailure(
    `TRUST_PROXY must be how many proxies stand in front of this server, or their addresses with commas between (10.0.0.0/8, ::1, loopback, linklocal, uniquelocal); it is ${JSON.stringify(text)}.`,
  )
}

function isProxyAddress(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128))
  )
}

function serverUrl(name: string, text: string | undefined, protocols: readonly string[]): string | undefined {
  if (text === undefined || protocols.includes(parsedUrl(text)?.protocol ?? '')) return text
  throw new StartFailure(`${name} must be a URL that starts with ${protocols.map((each) => `${each}//`).join(' or ')}.`)
}

function parsedUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
