import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { isRepetitive } from '../../../lib/tokens/repetitive.js'

const encodings = ['hex', 'base64', 'base64url', 'latin1'] as const

test.each(encodings)('32 random bytes as %s are never repetitive: not once in 50,000', (encoding) => {
  for (let time = 0; time < 50_000; time++) {
    const secret = Buffer.from(randomBytes(32).toString(encoding), encoding === 'latin1' ? 'latin1' : 'utf8')
    if (isRepetitive(secret)) expect.fail(`${secret.toString('hex')} is refused.`)
  }
})

test('32 random hexadecimal digits, which are only 16 bytes, are not repetitive either', () => {
  for (let time = 0; time < 50_000; time++) {
    const secret = Buffer.from(randomBytes(16).toString('hex'))
    if (isRepetitive(secret)) expect.fail(`${secret.toString()} is refused.`)
  }
})

test.each([1, 2, 3, 5, 8, 10, 16])('A block of %i bytes is repetitive however often it is repeated', (size) => {
  for (const times of [Math.ceil(32 / size), 100]) {
    const block = randomBytes(size)
    expect(isRepetitive(Buffer.concat(Array.from({ length: times }, () => block)))).toBe(true)
  }
})
