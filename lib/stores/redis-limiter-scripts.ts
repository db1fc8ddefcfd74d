import { redisScript } from './redis-script.js'

/** Each script has one key, whose value is the count and whose expiry is the end of the window. */

/** ARGV: the window's length in milliseconds. Returns the count, the milliseconds left, and when the window ends. */
export const INCREMENT = redisScript(`
local hits = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left <= 0 then
  hits = 1
  left = tonumber(ARGV[1])
  redis.call('SET', KEYS[1], 1, 'PX', left)
end
return {hits, left, redis.call('PEXPIRETIME', KEYS[1])}`)

/** Returns the count and the milliseconds left. */
export const GET = redisScript(`
local left = redis.call('PTTL', KEYS[1])
return {left > 0 and tonumber(redis.call('GET', KEYS[1])) or 0, left}`)

/** ARGV: when the window ends that the hit was counted in, or 0 for any window. */
export const DECREMENT = redisScript(`
local hits = tonumber(redis.call('GET', KEYS[1]) or 0)
local window = tonumber(ARGV[1])
if window ~= 0 and redis.call('PEXPIRETIME', KEYS[1]) ~= window then return end
if hits > 1 then redis.call('DECR', KEYS[1]) else redis.call('DEL', KEYS[1]) end`)

export const RESET = redisScript(`redis.call('DEL', KEYS[1])`)
