import { createSecretKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { VerifiedTokens, type VerifiedToken } from '../../../lib/resource-server/verified-tokens.js'

const key = { id: 'k', algorithm: 'HS256', verifyWith: createSecretKey(Buffer.alloc(32)) } as const
const claims = { iss: 'i', aud: 'a', exp: 2, iat: 1, jti: 'j', client_id: 'c', scope: '' }
const entry = (sub: string): VerifiedToken => ({ header: {}, claims: { ...claims, sub }, key })

/** As a token that comes a second time. */
function keep(tokens: VerifiedTokens, token: string): void {
  tokens.keep(token, entry(token))
  tokens.keep(token, entry(token))
}

test('What was kept twice is found until it is forgotten; what came once costs no memory.', () => {
  const tokens = new VerifiedTokens()
  tokens.keep('a', entry('a'))
  expect(tokens.find('a')).toBeUndefined()
  tokens.keep('a', entry('a'))
  expect(tokens.find('a')?.claims.sub).toBe('a')
  expect(tokens.find('b')).toBeUndefined()
  tokens.forget('a')
  expect(tokens.find('a')).toBeUndefined()
})

test('Of any number of tokens 5,000 are kept at most, those that were seen last among them.', () => {
  const tokens = new VerifiedTokens()
  keep(tokens, 'often')
  for (let index = 0; index < 20_000; index++) {
    keep(tokens, `t${index}`)
    if (index % 1_000 === 0) tokens.find('often')
  }
  const kept = Array.from({ length: 20_000 }, (_, index) => `t${index}`).filter((name) => tokens.find(name))
  expect(kept.length).toBeLessThanOrEqual(5_000)
  expect(kept.length).toBeGreaterThanOrEqual(2_500)
  expect(kept).toContain('t19999')
  expect(tokens.find('t0')).toBeUndefined()
})

test('A token that is asked for again and again outlives others.', () => {
  const tokens = new VerifiedTokens()
  keep(tokens, 'often')
  for (let index = 0; index < 20_000; index++) {
    keep(tokens, `t${index}`)
    expect(tokens.find('often')).toBeDefined()
  }
})

test('A token of the older generation that is forgotten stays forgotten.', () => {
  const tokens = new VerifiedTokens()
  keep(tokens, 'a')
  for (let index = 0; index < 3_000; index++) keep(tokens, `t${index}`)
  expect(tokens.find('a')).toBeDefined()
  tokens.forget('a')
  expect(tokens.find('a')).toBeUndefined()
})

test('A token that is too long is not kept.', () => {
  const tokens = new VerifiedTokens()
  const long = 'x'.repeat(2_049)
  keep(tokens, long)
  expect(tokens.find(long)).toBeUndefined()
})
