import { createHash } from 'node:crypto'

/** A Lua script with one key, and the name by which a server knows it once it has run it. */
export interface RedisScript {
  readonly lua: string
  readonly sha1: string
}

export function redisScript(lua: string): RedisScript {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') }
}
