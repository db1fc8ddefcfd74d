import { expect, test } from 'vitest'
import { externalBase, issuerPath } from '../../../lib/network/external-base.js'

test.for([
  ['https://login.example.com', '', 'https://login.example.com'],
  ['https://login.example.com/', '', 'https://login.example.com'],
  ['https://login.example.com', '/auth', 'https://login.example.com/auth'],
  ['https://login.example.com/auth', '/auth', 'https://login.example.com/auth'],
  ['https://login.example.com/auth/', '/auth', 'https://login.example.com/auth'],
  ['https://login.example.com/Auth', '/aUTH', 'https://login.example.com/Auth'],
  ['https://login.example.com/auth', '', 'https://login.example.com/auth'],
  ['https://login.example.com/api/auth', '/auth', 'https://login.example.com/api/auth'],
  ['https://login.example.com/api', '/auth', 'https://login.example.com/api/auth'],
  ['https://login.example.com/oauth', '/auth', 'https://login.example.com/oauth/auth'],
  ['http://127.0.0.1:3000/auth', '/auth', 'http://127.0.0.1:3000/auth'],
] as const)('Of the issuer %s, mounted at "%s", clients know %s.', ([issuer, mountPath, base]) => {
  expect(externalBase(issuer, mountPath)).toBe(base)
})

test.for([
  ['https://login.example.com', ''],
  ['https://login.example.com/', ''],
  ['https://login.example.com/tenants/a', '/tenants/a'],
  ['https://login.example.com/tenants/a/', '/tenants/a'],
] as const)('The path of the issuer %s is "%s".', ([issuer, path]) => {
  expect(issuerPath(issuer)).toBe(path)
})
