import { readFile } from 'node:fs/promises'
import { isPlainObject } from '../../options/option-kinds.js'
import { issuerJson } from '../../resource-server/issuer-json.js'
import { issuerKeySet, MAX_JWKS_BYTES } from '../../resource-server/issuer-key-set.js'
import { secureUrlOption } from '../../resource-server/secure-url.js'
import { usableKeys } from '../../resource-server/usable-keys.js'
import { withRequestTimeout } from '../../resource-server/request-timeout.js'
import { signingKey } from '../../tokens/signing-key.js'
import type { VerificationKey } from '../../tokens/verification-key.js'
import { UsageError } from '../command.js'
import { standardInput } from '../standard-input.js'

/** The keys by which the signature of a token is checked. */
export interface GivenKeys {
  /** Where they are from, in words. */
  readonly place: string
  readonly ids: readonly string[]
  readonly find: (kid: string) => VerificationKey | undefined
}

export interface KeySources {
  readonly issuer?: string | undefined
  readonly secretFile?: string | undefined
  readonly secretEnv?: string | undefined
  readonly jwks?: string | undefined
}

const MILLISECONDS = 10_000

/** The keys, or `undefined` where nothing says where they are. @throws UsageError @throws IssuerError */
export async function givenKeys({ issuer, secretFile, secretEnv, jwks }: KeySources): Promise<GivenKeys | undefined> {
  if ([secretFile, secretEnv, jwks].filter((source) => source !== undefined).length > 1) {
    throw new UsageError('Give one of --secret-file, --secret-env and --jwks.')
  }
  if (secretFile !== undefined) {
    const bytes = secretFile === '-' ? Buffer.from(await standardInput()) : await fileBytes('--secret-file', secretFile)
    return ownKeys('--secret-file', bytes)
  }
  if (secretEnv !== undefined) {
    const value = process.env[secretEnv]
    if (value === undefined) throw new UsageError('--secret-env names a variable that is not in the environment.')
    return ownKeys('--secret-env', Buffer.from(value))
  }
  if (jwks !== undefined && !/^https?:/i.test(jwks)) {
    return keysOfSet('--jwks', parsedJson('--jwks', (await fileBytes('--jwks', jwks)).toString()))
  }
  if (jwks !== undefined) {
    const url = asUsage(() => secureUrlOption('--jwks', jwks))
    return keysOfSet(
      '--jwks',
      await withRequestTimeout(MILLISECONDS, (signal) => issuerJson(url, { signal, maxBytes: MAX_JWKS_BYTES })),
    )
  }
  return issuer === undefined
    ? undefined
    : keysOfSet(
        'the issuer',
        await withRequestTimeout(MILLISECONDS, (signal) => issuerKeySet(issuer, undefined, signal)),
      )
}

async function fileBytes(option: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'for no reason given'
    throw new UsageError(`${option} names a file that cannot be read (${code}).`)
  }
}

/** Whatever signingKeys takes. A single one takes tokens of any kid, as the guard takes them. */
function ownKeys(option: string, bytes: Buffer): GivenKeys {
  const text = bytes.toString().replace(/\r?\n$/, '')
  const isText = Buffer.from(bytes.toString()).equals(bytes)
  const input: unknown = /^\s*[[{]/.test(text) ? parsedJson(option, text) : isText ? text : bytes
  const inputs: readonly unknown[] = Array.isArray(input) ? input : [input]
  const keys = inputs.map((one) => asUsage(() => signingKey(option, one)))
  const [first, ...others] = keys
  if (first === undefined) throw new UsageError(`${option} holds no key.`)
  const byId = new Map(keys.map((key) => [key.id, key]))
  return {
    place: option,
    ids: [...byId.keys()],
    find: (kid) => (others.length === 0 ? first : byId.get(kid)),
  }
}

function keysOfSet(place: string, set: unknown): GivenKeys {
  const listed: unknown = isPlainObject(set) ? (set['keys'] ?? [set]) : undefined
  const keys = usableKeys(Array.isArray(listed) ? listed.filter(isPlainObject) : [], undefined)
  if (keys.size === 0) {
    throw new UsageError(
      `The JWK Set of ${place} holds no key that can be used: it needs one with a kid, public, of RSA (2048 bits or more) or EC.`,
    )
  }
  return { place, ids: [...keys.keys()], find: (kid) => keys.get(kid) }
}

function parsedJson(option: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's sentence quotes what may be a key.
    throw new UsageError(`${option} holds malformed JSON.`)
  }
}

function asUsage<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error
  }
}
