import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Request } from 'express'
import { vi } from 'vitest'
import { OAuthError, type GrantStore, type LimitName, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import type { Limiter } from '../../lib/limits/limiter.js'
import { readOptions } from '../../lib/options/read-options.js'
import type { SecondFactorSettings, Settings } from '../../lib/options/settings.js'
import { testOptions, webBackend } from '../start-server.js'

/** Of which nothing is read. */
const request = new IncomingMessage(new Socket()) as Request

const never = () => new Promise<never>(() => undefined)
const silentStore: GrantStore = {
  create: never,
  rotate: never,
  find: never,
  list: never,
  revoke: never,
  revokeAll: never,
  spend: never,
  now: never,
  prune: never,
}

/** Options of which only the required ones are given, and those that observing takes. */
export function fewestOptions(): OAuthPasswordGrantOptions {
  return { ...testOptions({ clients: [{ ...webBackend }] }), grantStore: silentStore }
}

/** What the code makes of options, as far as it can be seen from outside. */
export async function observedSettings(options: OAuthPasswordGrantOptions): Promise<unknown> {
  const settings = readOptions(options)
  const { paths, realm, challenge, bodyLimit, usernameLimit, passwordLimit } = settings
  const { accessTokenLifetime, grants, secondFactor, limits } = settings
  return {
    paths,
    realm,
    challenge,
    bodyLimit,
    usernameLimit,
    passwordLimit,
    accessTokenLifetime,
    lifetime: grants?.lifetime,
    idleLifetime: grants?.idleLifetime,
    retryWindow: grants?.retryWindow,
    maxPerSubject: grants?.maxPerSubject,
    mfaTokenLifetime: secondFactor && mfaTokenLifetime(secondFactor),
    attempts: secondFactor?.attempts,
    storeTimeout: await storeTimeout(settings),
    client: await settings.clientAuthentication.withoutCredentials.authenticate({
      http: request,
      parameters: new Map([
        ['client_id', webBackend.id],
        ['client_secret', webBackend.secret],
      ]),
    }),
    passwordChecks: await passwordChecks(options),
    limits: await Promise.all(
      (
        [
          'clientAddress',
          'address',
          'userAndAddress',
          'user',
          'secondFactor',
          'secondFactorPrompt',
        ] satisfies LimitName[]
      ).map((name) => limit(limits[name])),
    ),
    knownAddress: await knownFor(settings),
  }
}

/** Milliseconds. */
function mfaTokenLifetime({ tokens }: SecondFactorSettings): number | undefined {
  const login = { subject: 'subject', clientId: 'client', scope: '', userKey: '', exactNameKey: '', beganAt: 0 }
  const token = tokens.sign(login, 1)
  return tokens.verify(token, 1)?.expiresAt
}

/** The sentence that a call of the store ends in when the store is silent. */
async function storeTimeout({ grants }: Settings): Promise<string> {
  vi.useFakeTimers()
  try {
    const outcome = Promise.resolve(grants?.store.find('id')).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(3_600_000)
    return String(await outcome)
  } finally {
    vi.useRealTimers()
  }
}

/** For how many days an address is known. */
async function knownFor({ limits: { knownAddress } }: Settings): Promise<number> {
  await knownAddress?.remember('key')
  vi.useFakeTimers()
  let days = 0
  try {
    for (; days < 30 && (await knownAddress?.has('key')) === true; days++) vi.setSystemTime(Date.now() + 86_400_000)
  } finally {
    vi.useRealTimers()
  }
  return days
}

/** How many never-ending checks begin and wait, and what becomes of each after which second. */
async function passwordChecks(options: OAuthPasswordGrantOptions): Promise<unknown> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  try {
    const full = neverEndingChecks(options)
    while (full.checks.waiting === 0 && full.checks.inFlight < 1000) full.begin()
    const concurrency = full.checks.inFlight
    while (full.ends.length === 0 && full.checks.waiting < 2000) {
      full.begin()
      await Promise.resolve()
      await Promise.resolve()
      await Promise.resolve()
    }
    const { waiting } = full.checks
    vi.clearAllTimers()
    // Few logins show the times, because each step of fake time looks at every timer.
    const few = neverEndingChecks(options)
    while (few.checks.waiting === 0 && few.checks.inFlight < 1000) few.begin()
    await vi.advanceTimersByTimeAsync(300_000)
    return { concurrency, waiting, ends: [...new Set([...full.ends, ...few.ends])] }
  } finally {
    vi.useRealTimers()
  }
}

function neverEndingChecks(options: OAuthPasswordGrantOptions) {
  const { passwordChecks: checks } = readOptions(options)
  const started = Date.now()
  const ends: string[] = []
  let logins = 0
  const begin = () => {
    const userKey = `user ${logins++}`
    checks
      .admit(never, { response: new ServerResponse(request), userKey, addressKey: '192.0.2.1' })
      .catch((error: unknown) => {
        ends.push(`${(Date.now() - started) / 1000} ${String(error)}`)
      })
  }
  return { checks, ends, begin }
}

/** How often a limiter takes an attempt, and for how long it refuses then. */
async function limit(limiter: Limiter | undefined): Promise<unknown> {
  for (let taken = 0; taken < 10_000; taken++) {
    try {
      await limiter?.reserve('key')
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      return { taken, retryAfter: error.headers['Retry-After'] }
    }
  }
  return 'none'
}
