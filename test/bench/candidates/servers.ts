import type { Express } from 'express'
import { guardAlgorithms } from './guard-keys.js'
import { guardNames, type GuardServerName } from './guard-scenario.js'
import type { OpenedStore } from '../stores/opened-store.js'

/** An application to be measured, and what is to be done once it has been. */
export interface Served {
  readonly app: Express
  readonly close?: () => Promise<void>
}

/** `guard ours ES256`: one for each guard and algorithm. */
const guardServers = Object.fromEntries(
  guardNames.flatMap((name) =>
    guardAlgorithms.map((algorithm) => [
      `guard ${name} ${algorithm}`,
      async () => ({ app: (await import('./guards.js')).guarded(name, algorithm) }),
    ]),
  ),
) as Record<GuardServerName, () => Promise<Served>> // the boundary: fromEntries forgets the names

/** Each candidate's server by name, loaded only where it is run. */
export const servers = {
  ours: async () => ({ app: (await import('./ours.js')).ours() }),
  'ours-sqlite': async () => oursOn(await (await import('../stores/sqlite.js')).openSqlite('full')),
  'ours-postgresql': async () => oursOn(await (await import('../stores/postgresql.js')).openPostgresql('on')),
  'ours-mariadb': async () => oursOn(await (await import('../stores/mariadb.js')).openMariadb()),
  'ours-redis': async () => oursOn(await (await import('../stores/redis.js')).openRedis()),
  bare: async () => ({ app: (await import('./bare.js')).bare() }),
  'bare-string-secret': async () => ({ app: (await import('./bare.js')).bareStringSecret() }),
  'by-hand': async () => ({ app: (await import('./by-hand.js')).byHand() }),
  jmondi: async () => ({ app: (await import('./jmondi.js')).jmondi() }),
  'node-oauth': async () => ({ app: (await import('./node-oauth.js')).nodeOauth() }),
  oauth2orize: async () => ({ app: (await import('./oauth2orize.js')).oauth2orizeRandom() }),
  'oauth2orize-jwt': async () => ({ app: (await import('./oauth2orize.js')).oauth2orizeJwt() }),
  'storm bare': async () => ({ app: await (await import('./storm.js')).storm('bare') }),
  'storm gated': async () => ({ app: await (await import('./storm.js')).storm('gated') }),
  'storm narrow': async () => ({ app: await (await import('./storm.js')).storm('narrow') }),
  'storm ungated': async () => ({ app: await (await import('./storm.js')).storm('ungated') }),
  timing: async () => ({ app: await (await import('./timing.js')).timing() }),
  ...guardServers,
} as const satisfies Record<string, () => Promise<Served>>

export type ServerName = keyof typeof servers

export function isServerName(name: string | undefined): name is ServerName {
  return name !== undefined && Object.hasOwn(servers, name)
}

async function oursOn({ store, close }: OpenedStore): Promise<Served> {
  return { app: (await import('./ours.js')).ours(store), close }
}
