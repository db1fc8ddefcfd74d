import { expect, test } from 'vitest'
import { ipAddress } from '../../../lib/network/ip-address.js'

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['::', '::'],
  ['::1', '::1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:201', '192.0.2.1'],
  ['::ffff:0:0', '0.0.0.0'],
  ['0:0:0:0:0:ffff:255.255.255.255', '255.255.255.255'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['64:ff9b::192.0.2.1', '192.0.2.1'],
  ['64:FF9B::C000:201', '192.0.2.1'],
  ['0064:ff9b:0:0:0:0:c000:0201', '192.0.2.1'],
  ['64:ff9b::', '0.0.0.0'],
  ['64:ff9b::1', '0.0.0.1'],
  ['64:ff9b::1:0', '0.1.0.0'],
  // Neither NAT64's own prefix nor IPv4-mapped, though they look like it.
  ['64:ff9b::1:c000:201', '64:ff9b::1:c000:201'],
  ['64:ff9b:1::c000:201', '64:ff9b:1::c000:201'],
  ['::ffff:1', '::ffff:1'],
  ['::ffff:0:c000:201', '::ffff:0:c000:201'],
  ['::c000:201', '::c000:201'],
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
  '::ffff:1.2.3.4:80',
  '::ffff:01.2.3.4',
  '::ffff:1.2.3',
  '\uff11.2.3.4',
  '1.2.3.\u0664',
  '::\u0661',
])('%j is no address alone', (text) => {
  expect(ipAddress(text)).toBeUndefined()
})
