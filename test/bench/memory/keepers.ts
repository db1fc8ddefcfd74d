import type { OpenedStore } from '../stores/opened-store.js'
import type { TokenKeeper, TokenKeeperFactory } from './token-keeper.js'

async function onStore(opened: Promise<OpenedStore>, logins: number): Promise<TokenKeeper> {
  const { store, bytes, close } = await opened
  return { ...(await import('./grant-store-keeper.js')).grantStoreKeeper(store, logins), bytesOutside: bytes, close }
}

/** Each keeper by name, loaded only where it is filled. */
export const keepers = {
  ours: async (logins) => (await import('./grant-store-keeper.js')).memoryStoreKeeper(logins),
  'ours-sqlite': async (logins) => onStore((await import('../stores/sqlite.js')).openSqlite('off'), logins),
  'ours-postgresql': async (logins) => onStore((await import('../stores/postgresql.js')).openPostgresql('off'), logins),
  'ours-redis': async (logins) => onStore((await import('../stores/redis.js')).openRedis(), logins),
  jmondi: async (logins) => (await import('./jmondi-keeper.js')).jmondiKeeper(logins),
  'node-oauth': async (logins) => (await import('./node-oauth-keeper.js')).nodeOauthKeeper(logins),
  oauth2orize: async (logins) => (await import('./oauth2orize-keeper.js')).oauth2orizeKeeper(logins),
} as const satisfies Record<string, TokenKeeperFactory>

export type KeeperName = keyof typeof keepers

export function isKeeperName(name: string | undefined): name is KeeperName {
  return name !== undefined && Object.hasOwn(keepers, name)
}
