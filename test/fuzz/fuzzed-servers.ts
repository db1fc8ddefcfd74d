// The servers that are fuzzed, in a process of their own, so that what they hold on to can be measured. Told what to serve by
// its parent, it answers the ports, then every fault that shows inside, and on request what it holds.
import { subscribe } from 'node:diagnostics_channel'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fuzzedApplication, KINDS, type ServerName, type ToServe } from './fuzzed-application.js'

export type Answered = { ports: Record<ServerName, number> } | { fault: string } | { held: Held }

/** What the process holds after a collection of garbage and once nobody is connected. */
export interface Held {
  readonly heapBytes: number
  /** How many of each kind of handle and request. */
  readonly resources: Readonly<Record<string, number>>
}

const servers: Server[] = []
const lettingGo: (() => Promise<void>)[] = []

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
    Object.entries(KINDS).map(async ([name, kind]) => {
      const { listener, letGo } = fuzzedApplication(kind, toServe, fault)
      lettingGo.push(letGo)
      return [name, await listen(listener)] as const
    }),
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

/** Lets go of what it keeps by design, waits until nobody is connected, and tells what is left. */
async function hold(): Promise<void> {
  for (const letGo of lettingGo) await letGo()
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
