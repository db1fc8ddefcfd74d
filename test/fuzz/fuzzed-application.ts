import type { RequestListener } from 'node:http'
import express, { type Request, type Response } from 'express'
import express4 from 'express4'
import { MemoryStore } from 'express-rate-limit'
import { Passport } from 'passport'
import { BasicStrategy } from 'passport-http'
import { Strategy as LocalStrategy } from 'passport-local'
import { Strategy as ClientPasswordStrategy } from 'passport-oauth2-client-password'
import {
  oauthPasswordGrant,
  OAuthError,
  requireSecondFactor,
  type OAuthPasswordGrant,
  type OAuthPasswordGrantOptions,
} from '../../lib/index.js'

/** What the parent tells at the start. `marker` begins every text that a request makes up. */
export interface ToServe {
  readonly options: Pick<OAuthPasswordGrantOptions, 'issuer' | 'audience' | 'signingKeys' | 'scopes'>
  readonly clients: readonly { readonly id: string; readonly secret?: string; readonly public?: boolean }[]
  readonly users: readonly KnownUser[]
  readonly marker: string
}

interface KnownUser {
  readonly username: string
  readonly password: string
  /** What the user has to answer beside the password. */
  readonly secondFactor?: string
}

/** Tells what went wrong inside. */
export type Fault = (what: string, cause: unknown) => void

/** How the servers differ. */
export const KINDS = {
  'express 5': { major: 5, parsers: false, limits: false, strategies: false },
  'express 4': { major: 4, parsers: false, limits: false, strategies: false },
  'express 5, limits': { major: 5, parsers: false, limits: true, strategies: false },
  'express 5 behind parsers': { major: 5, parsers: true, limits: false, strategies: false },
  'express 4 behind parsers': { major: 4, parsers: true, limits: false, strategies: false },
  'express 5, passport strategies': { major: 5, parsers: false, limits: false, strategies: true },
} as const

export type ServerName = keyof typeof KINDS

/** The application's own answers say so. */
const APPLICATION = { 'x-application': '1' }

/**
 * An application of one of the kinds. A fault that no answer would show is told.
 * @returns It, and what lets go of all that it keeps by design.
 */
export function fuzzedApplication(
  kind: (typeof KINDS)[ServerName],
  toServe: ToServe,
  fault: Fault,
): { listener: RequestListener; letGo: () => Promise<void> } {
  const { options } = toServe
  const limiterStores: MemoryStore[] = []
  const limiterStore = () => {
    const store = new MemoryStore()
    limiterStores.push(store)
    return store
  }
  const framework = kind.major === 4 ? (express4 as unknown as typeof express) : express
  const oauth = oauthPasswordGrant({
    ...options,
    ...(kind.strategies ? byStrategies(toServe, fault) : byFunctions(toServe, fault)),
    secondFactor: {
      findUser: (subject) => toServe.users.some(({ username }) => username === subject) && { id: subject },
      verify: ({ id }, answer) => toServe.users.some((user) => user.username === id && user.secondFactor === answer),
    },
    limits: kind.limits && { store: limiterStore },
    onError: (error) => {
      fault('onError', error)
    },
  })
  const app = framework()
  if (kind.parsers) app.use(framework.urlencoded({ extended: true }), framework.json(), framework.text())
  app.use(oauth)
  app.get('/guarded', oauth.requireAccessToken('contacts.read'), (_request, response) => {
    response.set(APPLICATION).json([])
  })
  app.get('/living', oauth.requireAccessToken('contacts.read', { checkRevocation: true }), (_request, response) => {
    response.set(APPLICATION).json([])
  })
  app.all('/login', framework.urlencoded({ extended: true }), loginForm(oauth, fault))
  const listener: RequestListener = (request, response) => {
    // Express's own last word would be HTML.
    app(request as Request, response as Response, (error: unknown) => {
      response.writeHead(error === undefined ? 404 : statusOf(error, fault), APPLICATION).end()
    })
  }
  return {
    listener,
    async letGo() {
      await oauth.grants.revokeAll('alice')
      for (const store of limiterStores) await store.resetAll()
    },
  }
}

/** A form of the application that has a name and a password, or a second factor, checked as the token endpoint does. */
function loginForm(oauth: OAuthPasswordGrant, fault: Fault) {
  return (request: Request, response: Response): void => {
    const { username, password, mfa_token, otp } = (request.body ?? {}) as Record<string, unknown>
    const asked =
      mfa_token === undefined
        ? oauth.authenticate(username, password, request)
        : oauth.authenticateSecondFactor(mfa_token, otp, request)
    asked.then(
      () => response.set(APPLICATION).json([]),
      (error: unknown) => {
        const isRefusal = error instanceof OAuthError && error.status < 500
        if (!isRefusal) fault('the login form met more than a refusal', error)
        response
          .status(isRefusal ? error.status : 500)
          .set(APPLICATION)
          .end()
      },
    )
  }
}

/** A body parser of the application refuses by an error with its status. What has none is a fault of ours. */
function statusOf(error: unknown, fault: Fault): number {
  if (error instanceof Error && 'status' in error && typeof error.status === 'number') return error.status
  fault('an error reached the application', error)
  return 500
}

function byFunctions(toServe: ToServe, fault: Fault): Pick<OAuthPasswordGrantOptions, 'clients' | 'authenticateUser'> {
  return {
    clients: toServe.clients,
    authenticateUser: (username, password) => knownUser(toServe, fault, username, password),
  }
}

function byStrategies(toServe: ToServe, fault: Fault): Partial<OAuthPasswordGrantOptions> {
  const passport = new Passport()
  const client = (id: string, secret: string, done: (error: unknown, client?: object | false) => void) => {
    done(null, toServe.clients.find((known) => known.id === id && known.secret === secret) ?? false)
  }
  passport.use(new BasicStrategy(client))
  passport.use(new ClientPasswordStrategy(client))
  passport.use(
    new LocalStrategy((username, password, done) => {
      done(null, knownUser(toServe, fault, username, password) ?? false)
    }),
  )
  return { passport, userStrategy: 'local', clientStrategies: { basic: 'basic', body: 'oauth2-client-password' } }
}

function knownUser({ users }: ToServe, fault: Fault, username: unknown, password: unknown) {
  if (typeof username !== 'string' || typeof password !== 'string') fault('a hook was given no text', username)
  const user = users.find((known) => known.username === username && known.password === password)
  if (user === undefined) return undefined
  return user.secondFactor === undefined ? { id: user.username } : requireSecondFactor({ id: user.username })
}
