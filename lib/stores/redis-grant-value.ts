import type { Grant } from '../grant.js'

/** What a rotation never changes, and no script looks at. */
type Rest = Pick<Grant, 'scope' | 'userAgent' | 'address'>

/**
 * The value of a grant's field. Three lines: the numbers that a script reads or moves and the client; the subject;
 * the rest as JSON. Texts are JSON too, in which a line never ends, so that a script can tell the parts apart.
 */
export function redisGrantValue(grant: Grant): string {
  const { clientId, subject, generation, rotatedAt, expiresAt, endsAt, scope, createdAt, userAgent, address } = grant
  const numbers = [generation, rotatedAt, expiresAt, endsAt, createdAt].join(' ')
  return [`${numbers} ${redisText(clientId)}`, redisText(subject), JSON.stringify({ scope, userAgent, address })].join(
    '\n',
  )
}

/** A text as it stands in a value, and as a script compares it. */
export function redisText(text: string): string {
  return JSON.stringify(text)
}

/** @throws TypeError, SyntaxError where `value` is of something else. */
export function grantOfRedisValue(id: string, value: string): Grant {
  const [mutable = '', subject = '', rest = ''] = value.split('\n')
  const [generation, rotatedAt, expiresAt, endsAt, createdAt] = mutable.split(' ', 5)
  const clientId = mutable.slice(mutable.indexOf('"'))
  // The boundary: `value` is what redisGrantValue made.
  const { scope, ...optional } = JSON.parse(rest) as Rest
  return {
    id,
    subject: JSON.parse(subject) as string,
    clientId: JSON.parse(clientId) as string,
    scope,
    generation: Number(generation),
    createdAt: Number(createdAt),
    rotatedAt: Number(rotatedAt),
    endsAt: Number(endsAt),
    expiresAt: Number(expiresAt),
    ...optional,
  }
}
