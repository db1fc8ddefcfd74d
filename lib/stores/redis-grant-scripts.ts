import { redisScript } from './redis-script.js'

/**
 * All grants of a subject are the fields of one hash, so each script has one key and a cluster never has to look at
 * two. A value is that of `redis-grant-value.ts`; the scripts change its numbers and compare its texts as they stand.
 */
const PARSE = `
local function parse(value)
  return string.match(value, '^(%S+) (%S+) (%S+) (%S+) ([^\\n]*)\\n([^\\n]*)\\n(.*)$')
end
local function expired(value, now)
  local _, _, expiresAt = parse(value)
  return tonumber(expiresAt) <= tonumber(now)
end`

/** The server drops the key once the last of its grants has expired; the time is counted by the server's clock alone. */
const KEEP = `
local function keep(expiresAt, now)
  local left = tonumber(expiresAt) - tonumber(now)
  if left > redis.call('PTTL', KEYS[1]) then redis.call('PEXPIRE', KEYS[1], left) end
end`

/** ARGV: id, value, expiry, now. Looks at a few other grants of the key, so that expired ones never pile up. */
export const CREATE = redisScript(`${PARSE}${KEEP}
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
keep(ARGV[3], ARGV[4])
local some = redis.call('HRANDFIELD', KEYS[1], 8, 'WITHVALUES')
for i = 1, #some, 2 do
  if expired(some[i + 1], ARGV[4]) then redis.call('HDEL', KEYS[1], some[i]) end
end`)

/** ARGV: id, client, the presented generation, the next, now, the retry window's start, the idle expiry. */
export const ROTATE = redisScript(`${PARSE}${KEEP}
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value or expired(value, ARGV[5]) then return {'absent'} end
local generation, rotatedAt, expiresAt, endsAt, client, subject, rest = parse(value)
if client ~= ARGV[2] then return {'absent'} end
if tonumber(ARGV[3]) >= tonumber(generation) then
  local time = redis.call('TIME')
  local clock = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  rotatedAt = tonumber(clock) > tonumber(ARGV[5]) and clock or ARGV[5]
  expiresAt = tonumber(endsAt) < tonumber(ARGV[7]) and endsAt or ARGV[7]
  value = table.concat({ARGV[4], rotatedAt, expiresAt, endsAt, client}, ' ') .. '\\n' .. subject .. '\\n' .. rest
  redis.call('HSET', KEYS[1], ARGV[1], value)
  keep(expiresAt, ARGV[5])
  return {'rotated', value}
end
if tonumber(ARGV[4]) == tonumber(generation) and tonumber(rotatedAt) >= tonumber(ARGV[6]) then
  return {'retried', value}
end
redis.call('HDEL', KEYS[1], ARGV[1])
return {'reused', value}`)

/** ARGV: id. */
export const FIND = redisScript(`return redis.call('HGET', KEYS[1], ARGV[1])`)

/** Answers id and value by turns: of all subjects that the key is for, and of expired grants too. */
export const LIST = redisScript(`return redis.call('HGETALL', KEYS[1])`)

/** ARGV: id. */
export const REVOKE = redisScript(`
local value = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
return value`)

/** The key is of one id. ARGV: how long it stays spent, in milliseconds. Answers 1 for the first who spends it. */
export const SPEND = redisScript(`return redis.call('SET', KEYS[1], '', 'NX', 'PX', ARGV[1]) and 1 or 0`)

/** ARGV: subject, the id that is kept, now. */
export const REVOKE_ALL = redisScript(`${PARSE}
local ended = 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local _, _, _, _, _, subject = parse(all[i + 1])
  if subject == ARGV[1] and all[i] ~= ARGV[2] then
    redis.call('HDEL', KEYS[1], all[i])
    if not expired(all[i + 1], ARGV[3]) then ended = ended + 1 end
  end
end
return ended`)
