// The servers that are fuzzed, in a process of their own, so that what they hold on to can be measured. Told what to serve by
// its parent, it answers the ports, then every fault that shows inside, and on request what it holds.
import { subscribe } from 'node:diagnostics_channel'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import express, { type Request, type Response } from 'express'
import express4 from 'express4'
import { MemoryStore } from 'express-rate-limit'
import { Passport } from 'passport'
import { BasicStrategy } from 'passport-http'
import { Strategy as LocalStrategy } from 'passport-local'
import { Strategy as ClientPasswordStrategy } from 'passport-oauth2-client-password'
import { oauthPasswordGrant, type OAuthPasswordGrant, type OAuthPasswordGrantOptions } from '../../lib/index.js'

/** What the parent tells at the start. `marker` begins every text that a request makes up. */
export interface ToServe {
  readonly options: Pick<OAuthPasswordGrantOptions, 'issuer' | 'audience' | 'signingKeys' | 'scopes'>
  readonly clients: readonly { readonly id: string; readonly secret?: string; readonly public?: boolean }[]
  readonly users: readonly { readonly username: string; readonly password: string }[]
  readonly marker: string
}

export type Answered = { ports: Record<ServerName, number> } | { fault: string } | { held: Held }

/** What the process holds after a collection of garbage and once nobody is connected. */
export interface Held {
  readonly heapBytes: number
  /** How many of each kind of handle and request. */
  readonly resources: Readonly<Record<string, number>>
}

/** How the servers differ. */
const KINDS = {
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

const servers: Server[] = []
const oauths: OAuthPasswordGrant[] = []
const limiterStores: MemoryStore[] = []

function tell(answered: Answered): void {
  process.send?.(answered)
}

function fault(what: string, cause: unknown): void {
  tell({ fault: `${what}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}` })
}

process.on('uncaughtException', (error) => {
  fault('uncaught exception', error)
})
process.on('unhandledRejection', (error) => {
  fault('unhandled rejection', error)
})
process.on('disconnect', () => process.exit())
process.on('message', (told: ToServe | 'hold') => {
  void (told === 'hold' ? hold() : serve(told))
})

async function serve(toServe: ToServe): Promise<void> {
  subscribe('express-oauth-password-grant', (event) => {
    const text = JSON.stringify(event)
    const secrets = [toServe.marker, ...toServe.users.map(({ password }) => password)]
    if (secrets.some((secret) => text.includes(secret))) fault('an event tells what was sent', text)
    if (/server_error|store_failed/.test(text)) fault('trouble', text)
  })
  const ports = await Promise.all(
    Object.entries(KINDS).map(async ([name, kind]) => [name, await listen(application(kind, toServe))] as const),
  )
  tell({ ports: Object.fromEntries(ports) as Record<ServerName, number> })
}

async function listen(app: RequestListener): Promise<number> {
  // Short, so that a request which never ends does so within the test: Node's own times are minutes.
  const times = { headersTimeout: 2000, requestTimeout: 3000, connectionsCheckingInterval: 500, keepAliveTimeout: 1000 }
  const server = createServer(times, app)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function application(kind: (typeof KINDS)[ServerName], toServe: ToServe): RequestListener {
  const { options } = toServe
  const framework = kind.major === 4 ? (express4 as unknown as typeof express) : express
  const oauth = oauthPasswordGrant({
    ...options,
    ...(kind.strategies ? byStrategies(toServe) : byFunctions(toServe)),
    limits: kind.limits && { store: limiterStore },
    onError: (error) => {
      fault('onError', error)
    },
  })
  oauths.push(oauth)
  const app = framework()
  if (kind.parsers) app.use(framework.urlencoded({ extended: true }), framework.json(), framework.text())
  app.use(oauth)
  app.get('/guarded', oauth.requireAccessToken('contacts.read'), (_request, response) => {
    response.set(APPLICATION).json([])
  })
  app.get('/living', oauth.requireAccessToken('contacts.read', { livingGrant: true }), (_request, response) => {
    response.set(APPLICATION).json([])
  })
  return (request, response) => {
    // Express's own last word would be HTML.
    app(request as Request, response as Response, (error: unknown) => {
      response.writeHead(error === undefined ? 404 : statusOf(error), APPLICATION).end()
    })
  }
}

/** A body parser of the application refuses by an error with its status. What has none is a fault of ours. */
function statusOf(error: unknown): number {
  if (error instanceof Error && 'status' in error && typeof error.status === 'number') return error.status
  fault('an error reached the application', error)
  return 500
}

function byFunctions(toServe: ToServe): Pick<OAuthPasswordGrantOptions, 'clients' | 'authenticateUser'> {
  return {
    clients: toServe.clients,
    authenticateUser: (username, password) => knownUser(toServe, username, password),
  }
}

function byStrategies(toServe: ToServe): Partial<OAuthPasswordGrantOptions> {
  const passport = new Passport()
  const client = (id: string, secret: string, done: (error: unknown, client?: object | false) => void) => {
    done(null, toServe.clients.find((known) => known.id === id && known.secret === secret) ?? false)
  }
  passport.use(new BasicStrategy(client))
  passport.use(new ClientPasswordStrategy(client))
  passport.use(
    new LocalStrategy((username, password, done) => {
      done(null, knownUser(toServe, username, password) ?? false)
    }),
  )
  return { passport, userStrategy: 'local', clientStrategies: { basic: 'basic', body: 'oauth2-client-password' } }
}

function knownUser({ users }: ToServe, username: unknown, password: unknown): { id: string } | undefined {
  if (typeof username !== 'string' || typeof password !== 'string') fault('a hook was given no text', username)
  const user = users.find((known) => known.username === username && known.password === password)
  return user === undefined ? undefined : { id: user.username }
}

function limiterStore(): MemoryStore {
  const store = new MemoryStore()
  limiterStores.push(store)
  return store
}

/** Lets go of what it keeps by design, waits until nobody is connected, and tells what is left. */
async function hold(): Promise<void> {
  for (const oauth of oauths) await oauth.grants.revokeAll('alice')
  for (const store of limiterStores) await store.resetAll()
  for (let tries = 0; tries < 100 && (await connections()) > 0; tries++) await sleep(100)
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.()
    await sleep(50)
  }
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  tell({ held: { heapBytes: process.memoryUsage().heapUsed, resources } })
}

async function connections(): Promise<number> {
  const counts = servers.map(
    async (server) =>
      new Promise<number>((resolve) => {
        server.getConnections((_error, count) => {
          resolve(count)
        })
      }),
  )
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}
