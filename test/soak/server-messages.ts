/** What a server's process is told first. */
export interface ServerPlace {
  readonly port: number
  readonly postgresUrl: string
  readonly redisUrl: string
  readonly grants: 'postgres' | 'redis'
}

/** What it tells. Whatever it is told later asks for its heap. */
export type ServerReport =
  | { readonly type: 'ready' }
  | { readonly type: 'listening' }
  /** Bytes in use after a full collection. */
  | { readonly type: 'heap'; readonly bytes: number }
  /** What `onError` was called with. */
  | { readonly type: 'error'; readonly text: string }
