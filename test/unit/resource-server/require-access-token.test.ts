import { describe, expect, test } from 'vitest'
import { oauthPasswordGrant } from '../../../lib/oauth-password-grant.js'
import type { RequireAccessToken } from '../../../lib/resource-server/require-access-token.js'
import { refusal, workingOptions } from '../working-options.js'

const oauth = oauthPasswordGrant({ ...workingOptions(), scopes: ['contacts.read', 'contacts.write'] })

/** As a caller in JavaScript may call it. */
function guard(...given: unknown[]): unknown {
  return oauth.requireAccessToken(...(given as Parameters<RequireAccessToken>))
}

describe('a guard is made', () => {
  test.each([
    [],
    [undefined],
    ['contacts.read'],
    ['contacts.read contacts.write'],
    ['contacts.read', { checkRevocation: true }],
    ['contacts.read', { maxAge: '5m' }],
    [undefined, { maxAge: 300 }],
  ])('with %j', (...given) => {
    expect(guard(...given)).toBeTypeOf('function')
  })
})

describe('a guard is refused by a TypeError when it is made', () => {
  test.each<[string, unknown[]]>([
    ['an empty scope', ['']],
    ['a scope of spaces, which would require nothing', [' ']],
    ['a scope that is a list', [['contacts.read']]],
    ['a scope that is malformed', ['contacts.read "admin"']],
    ['a scope with a comma and a line end', ['contacts.read,\ncontacts.write']],
    ['a scope that is null', [null]],
    ['a scope that is a number', [5]],
    ['options in place of the scope', [{ checkRevocation: true }]],
    ['a misspelt option, a defence that would be silently off', ['contacts.read', { checkRevocations: true }]],
    ['a maxAge of nothing', ['contacts.read', { maxAge: 0 }]],
    ['a maxAge that is no lifetime', ['contacts.read', { maxAge: '5' }]],
    ['an option of the wrong type', ['contacts.read', { checkRevocation: 'yes' }]],
    ['options that are no object', ['contacts.read', true]],
  ])('with %s', (_title, given) => {
    expect(refusal(() => guard(...given))).not.toBe('')
  })

  test('where it asks for living grants and none are kept', () => {
    const forgetful = oauthPasswordGrant({ ...workingOptions(), refreshTokens: false })
    expect(refusal(() => forgetful.requireAccessToken(undefined, { checkRevocation: true }))).toMatch(
      /^checkRevocation has to ask/,
    )
  })
})
