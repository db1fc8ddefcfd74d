// A token server in a process of its own that counts how many guesses reach its verifier. Its parent says what it serves, again
// and again, and asks for the count.
import { subscribe } from 'node:diagnostics_channel'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import { oauthPasswordGrant, passwordVerifier, type AuthenticateUser, type LimitsOptions } from '../../lib/index.js'
import { mariadbUsers, type CollatedUser, type CollatedUsers } from '../stores/collated-users.js'
import { openLimiterStores, type LimiterPlace, type OpenedLimiterStores } from '../stores/opened-limiter-stores.js'
import { clients, secrets, victim } from './attack.js'

export interface ToServe {
  /** Where the counts are. */
  readonly place: LimiterPlace
  readonly limits: LimitsOptions
  /** Whether the users are in a table of MariaDB whose collation is `utf8mb4_unicode_ci`. */
  readonly isCollated: boolean
  /** How long a look at a password takes, in milliseconds. */
  readonly verifyMs: number
}

export interface Report {
  /** How often the verifier was asked since the last report. */
  readonly reached: number
  readonly events: readonly string[]
}

let reached = 0
let events: string[] = []
let serving:
  | {
      readonly server: Server
      readonly shared: OpenedLimiterStores | undefined
      readonly users: CollatedUsers | undefined
    }
  | undefined

subscribe('express-oauth-password-grant', (event) => {
  events.push(JSON.stringify(event))
})
process.on('disconnect', () => {
  void Promise.resolve(serving?.users?.remove()).finally(() => process.exit())
})
process.on('message', (told: ToServe | 'report') => {
  if (told === 'report') {
    process.send?.({ reached, events } satisfies Report)
    reached = 0
    events = []
  } else void serve(told)
})

function ofOneName(verifyMs: number): AuthenticateUser {
  return async (username, password) => {
    reached += 1
    if (verifyMs > 0) await sleep(verifyMs)
    return username === victim.username && password === victim.password && { id: 'victim' }
  }
}

/** Only checks against the victim's own hash reach anything. */
function collated(users: CollatedUsers): AuthenticateUser {
  return passwordVerifier<CollatedUser>({
    findUser: (name) => users.find(name),
    verify(hash, password) {
      if (hash === hashOf(victim.password)) reached += 1
      return hash === hashOf(password)
    },
    hash: hashOf,
  })
}

/** Stands for a hash: what is counted is how often one is computed. */
function hashOf(password: string): string {
  return `hash of ${password}`
}

async function serve({ place, limits, isCollated, verifyMs }: ToServe): Promise<void> {
  serving?.server.close()
  serving?.server.closeAllConnections()
  await serving?.shared?.close()
  await serving?.users?.remove()
  const shared = place.kind === 'memory' ? undefined : await openLimiterStores(place)
  const users = isCollated
    ? await mariadbUsers('utf8mb4_unicode_ci', victim.username, { id: 'victim', passwordHash: hashOf(victim.password) })
    : undefined
  const oauth = oauthPasswordGrant({
    issuer: 'http://127.0.0.1',
    audience: 'http://127.0.0.1/contacts',
    signingKeys: secrets.signing,
    clients: Object.values(clients),
    refreshUser: false,
    authenticateUser: users === undefined ? ofOneName(verifyMs) : collated(users),
    refreshTokens: false,
    // Far longer than a busy machine takes: a store that is late makes each process count alone, which is another test.
    storeTimeout: '20s',
    limits: { ...limits, ...(shared === undefined ? {} : { store: (name) => shared.make(name) }) },
  })
  // No connection is closed just when a guess is sent over it.
  const server = createServer({ keepAliveTimeout: 600_000 }, express().use(oauth))
  serving = { server, shared, users }
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
}
