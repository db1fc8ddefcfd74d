import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Request } from 'express'
import { describe, expect, test } from 'vitest'
import { bearerToken } from '../../../lib/resource-server/bearer-token.js'

function read(authorization?: string): string | undefined {
  const request = new IncomingMessage(new Socket())
  if (authorization !== undefined) request.headers.authorization = authorization
  return bearerToken(request as Request)
}

describe('the token of an Authorization header', () => {
  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('comes after the scheme %s in any case', (scheme) => {
    expect(read(`${scheme} abc.DEF-_~+/123==`)).toBe('abc.DEF-_~+/123==')
    expect(read(`${scheme}   abc  `)).toBe('abc')
  })

  test.each([
    undefined,
    '',
    'Basic d2ViOmE=',
    'BearerX abc',
    'XBearer abc',
    'NotBearer abc',
    'Bearerabc',
    ' Bearer abc',
  ])('is not there in %j', (authorization) => {
    expect(read(authorization)).toBeUndefined()
  })

  test.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a, Bearer b',
    'Bearer "abc"',
    'Bearer caf\u00e9',
    'Bearer a=b',
    'Bearer =',
  ])('is malformed in %j', (authorization) => {
    expect(() => read(authorization)).toThrow(
      expect.objectContaining({ code: 'invalid_request', status: 400 }) as Error,
    )
  })

  test('is looked for in no time, however long the header', () => {
    const start = performance.now()
    expect(() => read(`Bearer${' '.repeat(100_000)}!`)).toThrow()
    expect(() => read(`Bearer ${'a'.repeat(100_000)}!`)).toThrow()
    expect(() => read(`Bearer a${' '.repeat(100_000)}!`)).toThrow()
    expect(performance.now() - start).toBeLessThan(2000)
  })
})
