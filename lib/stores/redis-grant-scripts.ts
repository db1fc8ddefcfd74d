import { redisScript } from './redis-script.js'

/**
 * All grants of a subject are the fields of one hash, so each script has one key, or a second one in the same slot that holds when
 * all grants of a subject were revoked: a cluster never has to look at two slots. A value is that of `redis-grant-value.ts`; the
 * scripts change its numbers and compare its texts as they stand. Times are the server's, one all through a script.
 */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`

const PARSE = `${NOW}
local function parse(value)
  return string.match(value, '^(%S+) (%S+) (%S+) (%S+) (%S+) ([^\\n]*)\\n([^\\n]*)\\n(.*)$')
end
local function expired(value)
  local _, _, expiresAt = parse(value)
  return tonumber(expiresAt) <= now
end`

/** The server drops the key once the last of its grants has expired. */
const KEEP = `
local function keep(expiresAt)
  local left = math.max(1, tonumber(expiresAt) - now)
  if left > redis.call('PTTL', KEYS[1]) then redis.call('PEXPIRE', KEYS[1], string.format('%.0f', left)) end
end`

/** Whether all grants of a subject were revoked since a login began. */
const REFUSES = `
local function refuses(subject, beganAt)
  local revokedAt = redis.call('HGET', KEYS[2], subject)
  return revokedAt and tonumber(revokedAt) >= beganAt
end`

/**
 * KEYS: the hash, the revocations. ARGV: id, value, expiry, the age of the login, the grants that the subject may have or 0, subject.
 * Looks at a few other grants of the key, so that expired ones never pile up. Returns the ids and values of the grants that it
 * ended; if there are very many, the oldest of a sample.
 */
export const CREATE = redisScript(`${PARSE}${KEEP}${REFUSES}
if refuses(ARGV[6], now - ARGV[4]) then return {'refused'} end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
keep(ARGV[3])
local some = redis.call('HRANDFIELD', KEYS[1], 8, 'WITHVALUES')
for i = 1, #some, 2 do
  if some[i] ~= ARGV[1] and expired(some[i + 1]) then redis.call('HDEL', KEYS[1], some[i]) end
end
local reply = {'created'}
local most = tonumber(ARGV[5])
local count = redis.call('HLEN', KEYS[1])
if most == 0 or count <= most then return reply end
local all = count <= most + 1000 and redis.call('HGETALL', KEYS[1])
  or redis.call('HRANDFIELD', KEYS[1], most + 1000, 'WITHVALUES')
local others = {}
for i = 1, #all, 2 do
  local _, _, expiresAt, _, createdAt, _, subject = parse(all[i + 1])
  if subject == ARGV[6] and all[i] ~= ARGV[1] and tonumber(expiresAt) > now then
    table.insert(others, {id = all[i], value = all[i + 1], createdAt = tonumber(createdAt)})
  end
end
table.sort(others, function(one, other)
  if one.createdAt == other.createdAt then return one.id < other.id end
  return one.createdAt > other.createdAt
end)
for i = most, #others do
  redis.call('HDEL', KEYS[1], others[i].id)
  table.insert(reply, others[i].id)
  table.insert(reply, others[i].value)
end
return reply`)

/** ARGV: id, client, the presented generation, the next, the retry window, the idle lifetime. */
export const ROTATE = redisScript(`${PARSE}${KEEP}
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value or expired(value) then return {'absent'} end
local generation, rotatedAt, expiresAt, endsAt, createdAt, client, subject, rest = parse(value)
if client ~= ARGV[2] then return {'absent'} end
if tonumber(ARGV[3]) >= tonumber(generation) then
  rotatedAt = string.format('%.0f', now)
  expiresAt = string.format('%.0f', math.min(tonumber(endsAt), now + ARGV[6]))
  local numbers = table.concat({ARGV[4], rotatedAt, expiresAt, endsAt, createdAt, client}, ' ')
  value = table.concat({numbers, subject, rest}, '\\n')
  redis.call('HSET', KEYS[1], ARGV[1], value)
  keep(expiresAt)
  return {'rotated', value}
end
local window = tonumber(ARGV[5])
if tonumber(ARGV[4]) == tonumber(generation) and window > 0 and tonumber(rotatedAt) >= now - window then
  return {'retried', value}
end
redis.call('HDEL', KEYS[1], ARGV[1])
return {'reused', value}`)

/** ARGV: id. */
export const FIND = redisScript(`${PARSE}
local value = redis.call('HGET', KEYS[1], ARGV[1])
return value and not expired(value) and value or false`)

/**
 * ARGV: subject, the cursor of the last step or 0, how many fields a step looks at, the time of creation from which on grants are
 * wanted. Returns the next cursor, then ids and values.
 */
export const LIST_SOME = redisScript(`${PARSE}
local scan = redis.call('HSCAN', KEYS[1], ARGV[2], 'COUNT', ARGV[3])
local reply = {scan[1]}
for i = 1, #scan[2], 2 do
  local _, _, expiresAt, _, createdAt, _, subject = parse(scan[2][i + 1])
  if subject == ARGV[1] and tonumber(expiresAt) > now and tonumber(createdAt) >= tonumber(ARGV[4]) then
    table.insert(reply, scan[2][i])
    table.insert(reply, scan[2][i + 1])
  end
end
return reply`)

/** ARGV: id. */
export const REVOKE = redisScript(`${PARSE}
local value = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
return value and not expired(value) and value or false`)

/**
 * KEYS: the hash, the revocations. ARGV: subject, the id that is kept, the lifetime of a login, the cursor of the last step or 0, how
 * many fields a step looks at. The first step has `create` and `spend` refuse the logins that began before. Returns the next
 * cursor and how many living grants it ended.
 */
export const REVOKE_SOME = redisScript(`${PARSE}
if ARGV[4] == '0' then
  redis.call('HSET', KEYS[2], ARGV[1], string.format('%.0f', now))
  if tonumber(ARGV[3]) > redis.call('PTTL', KEYS[2]) then redis.call('PEXPIRE', KEYS[2], ARGV[3]) end
end
local scan = redis.call('HSCAN', KEYS[1], ARGV[4], 'COUNT', ARGV[5])
local ended = 0
for i = 1, #scan[2], 2 do
  local _, _, _, _, _, _, subject = parse(scan[2][i + 1])
  if subject == ARGV[1] and scan[2][i] ~= ARGV[2] and redis.call('HDEL', KEYS[1], scan[2][i]) == 1 then
    if not expired(scan[2][i + 1]) then ended = ended + 1 end
  end
end
return {scan[1], ended}`)

/** KEYS: that of one id, the revocations. ARGV: the lifetime in milliseconds; the subject and the beginning of the login, or nothing. */
export const SPEND = redisScript(`${REFUSES}
if ARGV[2] and refuses(ARGV[2], tonumber(ARGV[3])) then return 'refused' end
return redis.call('SET', KEYS[1], '', 'NX', 'PX', ARGV[1]) and 'first' or 'again'`)

/** The key says which server of a cluster is asked. */
export const CLOCK = redisScript(`${NOW}
return string.format('%.0f', now)`)
