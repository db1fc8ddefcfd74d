import { expect, test } from 'vitest'
import { securityHeaders } from '../../../lib/endpoint/security-headers.js'

const headers = Object.fromEntries(
  Object.entries(securityHeaders()).map(([name, value]) => [name.toLowerCase(), value]),
)

test('Answers are kept out of caches (RFC 6749 section 5.1)', () => {
  expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
})

test('Answers are no pages: nothing may be loaded by them, nor frame them', () => {
  expect(headers).toMatchObject({
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
  })
})

test('Answers carry what else helmet sets', () => {
  expect(headers).toMatchObject({
    'strict-transport-security': expect.stringMatching(/^max-age=\d{8,}/) as string,
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'x-dns-prefetch-control': 'off',
  })
  expect(headers).not.toHaveProperty('x-powered-by')
})

test('The headers are texts of one line, frozen, and each is there once', () => {
  const given = securityHeaders()
  expect(Object.isFrozen(given)).toBe(true)
  expect(Object.keys(headers)).toHaveLength(Object.keys(given).length)
  for (const value of Object.values(given)) expect(value).toMatch(/^[\x20-\x7e]+$/)
})
