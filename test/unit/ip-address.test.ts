import { expect, test } from 'vitest'
import { ipAddress } from '../../lib/ip-address.js'

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['::', '::'],
  ['::1', '::1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:201', '192.0.2.1'],
  ['::ffff:0:0', '0.0.0.0'],
  ['0:0:0:0:0:ffff:255.255.255.255', '255.255.255.255'],
])('%s is the address %s', (text, address) => {
  expect(ipAddress(text)).toBe(address)
})

test.each([
  '',
  ' ',
  '1',
  '1.2.3',
  '01.2.3.4',
  '1.2.3.4 ',
  '[::1]',
  '::1%1',
  '1.2.3.4:80',
  'localhost',
  '::g',
  '1.2.3.4,::1',
])('%j is no address alone', (text) => {
  expect(ipAddress(text)).toBeUndefined()
})
