import { randomUUID } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { guardKey, guardKeyId, type GuardAlgorithm } from '../candidates/guard-keys.js'
import { GUARDED, guardIssuer } from '../candidates/guard-scenario.js'
import { audience, clientId } from '../candidates/scenario.js'
import type { Workload } from './workload.js'

/** More than any guard remembers. */
const DIFFERENT_TOKENS = 8_000

const made = new Map<GuardAlgorithm, string[]>()

/** The same token again and again, or one after another of many. */
export function guardWorkload(algorithm: GuardAlgorithm, tokens: 'same' | 'different'): Workload {
  const all = tokens === 'same' ? tokensOf(algorithm, 1) : tokensOf(algorithm, DIFFERENT_TOKENS)
  const requests = all
    .slice(0, tokens === 'same' ? 1 : DIFFERENT_TOKENS)
    .map((token) => Buffer.from(guardedRequest(token)))
  let turn = 0
  return {
    preparation: 0,
    good: GUARDED,
    next: () => ({ request: requests[turn++ % requests.length] ?? '', answered: () => undefined }),
  }
}

/** An access token as ours are (RFC 9068), valid for an hour. */
export function guardToken(algorithm: GuardAlgorithm): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: guardIssuer,
    aud: audience,
    sub: 'user-00000',
    exp: now + 3600,
    nbf: now,
    iat: now,
    jti: randomUUID(),
    client_id: clientId,
    cid: clientId,
    scope: 'contacts.read contacts.write',
    sid: randomUUID(),
    auth_time: now,
  }
  const header = { alg: algorithm, typ: 'at+jwt', kid: guardKeyId }
  return jwt.sign(JSON.stringify(claims), guardKey(algorithm).signWith, { algorithm, header })
}

export function guardedRequest(token: string): string {
  return [
    'GET /guarded HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: keep-alive',
    `Authorization: Bearer ${token}`,
    'Accept: application/json',
    'User-Agent: bench/1.0',
    '',
    '',
  ].join('\r\n')
}

function tokensOf(algorithm: GuardAlgorithm, count: number): readonly string[] {
  const tokens = made.get(algorithm) ?? []
  made.set(algorithm, tokens)
  while (tokens.length < count) tokens.push(guardToken(algorithm))
  return tokens
}
