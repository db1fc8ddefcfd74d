import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { OAuthError } from '../../../lib/oauth-error.js'
import { bearerToken } from '../../../lib/resource-server/bearer-token.js'

function read(authorization?: string) {
  const request = new IncomingMessage(new Socket())
  if (authorization !== undefined) request.headers.authorization = authorization
  return bearerToken(request)
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
    expect(read(authorization)).toMatchObject({ code: 'invalid_request', status: 400 })
  })

  test('is malformed in a header of 100,000 characters, without backtracking', () => {
    for (const header of [
      `Bearer${' '.repeat(100_000)}!`,
      `Bearer ${'a'.repeat(100_000)}!`,
      `Bearer a${' '.repeat(100_000)}!`,
    ]) {
      expect(read(header)).toBeInstanceOf(OAuthError)
    }
  })
})
