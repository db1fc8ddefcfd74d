import { describe, expect, test } from 'vitest'
import { OAuthError, type OAuthErrorCode } from '../../lib/oauth-error.js'

const STATUSES: Readonly<Record<OAuthErrorCode, number>> = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_token_type: 400,
  invalid_scope: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  insufficient_user_authentication: 401,
  access_denied: 403,
  mfa_required: 403,
  server_error: 500,
  temporarily_unavailable: 503,
}

describe('an OAuthError', () => {
  test.each(Object.entries(STATUSES) as [OAuthErrorCode, number][])(
    'of the code %s has the status %i',
    (code, status) => {
      const error = new OAuthError(code, 'a sentence')
      expect(error).toMatchObject({ name: 'OAuthError', code, status, message: 'a sentence', headers: {}, members: {} })
      expect(error).toBeInstanceOf(Error)
    },
  )

  test('may have another status, headers, members and a cause', () => {
    const cause = new Error('for the operator')
    const options = { status: 429, headers: { 'Retry-After': '5' }, members: { mfa_token: 'abc' }, cause }
    expect(new OAuthError('temporarily_unavailable', 'later', options)).toMatchObject(options)
  })

  test('has no cause where none is given', () => {
    expect('cause' in new OAuthError('invalid_grant', 'no')).toBe(false)
  })

  test('tells the client in the characters of RFC 6749 section 5.2 only: %x20-21 / %x23-5B / %x5D-7E', () => {
    for (let code = 0; code < 0x300; code += 1) {
      const allowed = (code >= 0x20 && code <= 0x21) || (code >= 0x23 && code <= 0x5b) || (code >= 0x5d && code <= 0x7e)
      const character = String.fromCharCode(code)
      expect(new OAuthError('invalid_grant', `a${character}b`).message).toBe(`a${allowed ? character : '?'}b`)
    }
  })

  test.each([
    ['caf\u00e9', 'caf?'],
    ['\u{1f511}', '?'],
    ['\ud800 alone', '? alone'],
    ['a\r\nSet-Cookie: a=b', 'a??Set-Cookie: a=b'],
    ['say "no"', 'say ?no?'],
    ['a\u2028b\ufeffc', 'a?b?c'],
    ['', ''],
  ])('replaces the others, each by one question mark: %j', (description, message) => {
    expect(new OAuthError('invalid_grant', description).message).toBe(message)
  })
})
