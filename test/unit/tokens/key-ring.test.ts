import { describe, expect, test } from 'vitest'
import { KeyRing } from '../../../lib/tokens/key-ring.js'
import { signingKey, type SigningKey } from '../../../lib/tokens/signing-key.js'

const NOW = 1_800_000_000_000

function key(keyId: string, signsFrom?: number): SigningKey {
  const secret = `${keyId}: a secret of 32 bytes or more, for tests`
  return signingKey('key', { key: secret, keyId, ...(signsFrom !== undefined && { signsFrom: new Date(signsFrom) }) })
}

describe('the key that signs', () => {
  test('is the first whose time has come, from the millisecond on at which it comes', () => {
    const ring = new KeyRing([key('third', NOW + 20), key('second', NOW + 10), key('first')], NOW)
    const signing = (now: number) => ring.signing(now).id
    expect([NOW, NOW + 9].map(signing)).toEqual(['first', 'first'])
    expect([NOW + 10, NOW + 19].map(signing)).toEqual(['second', 'second'])
    expect([NOW + 20, NOW + 1_000_000].map(signing)).toEqual(['third', 'third'])
  })

  test('is not one further back in the list, whatever its time', () => {
    const ring = new KeyRing([key('first'), key('second', NOW + 10)], NOW)
    expect(ring.signing(NOW + 1_000_000).id).toBe('first')
  })

  test('is the one in front where several times have come at once', () => {
    const ring = new KeyRing([key('a', NOW + 5), key('b', NOW + 5), key('c')], NOW)
    expect(ring.signing(NOW + 5).id).toBe('a')
  })

  test('must be there when the ring is made, and when it is replaced, or nothing is replaced', () => {
    expect(() => new KeyRing([key('a', NOW + 1)], NOW)).toThrow(TypeError)
    const ring = new KeyRing([key('b')], NOW)
    expect(() => {
      ring.replace([key('a', NOW + 1)], NOW)
    }).toThrow(TypeError)
    expect([ring.signing(NOW).id, ring.get('b')?.id, ring.get('a')]).toEqual(['b', 'b', undefined])
  })
})

test('All keys are found by their id until they are replaced.', () => {
  const ring = new KeyRing([key('later', NOW + 10), key('now')], NOW)
  const before = ring.keys
  expect([ring.get('later')?.id, ring.get('now')?.id, ring.get('none')]).toEqual(['later', 'now', undefined])
  ring.replace([key('other')], NOW)
  expect([ring.get('later'), ring.get('other')?.id, ring.signing(NOW + 10).id]).toEqual([undefined, 'other', 'other'])
  expect(ring.keys).not.toBe(before)
})

describe('signsFrom', () => {
  test.each(['2027-01-31T12:00:00Z', '2027-01-31T12:00Z', '2027-01-31T13:00:00.000+01:00', new Date(1801396800000)])(
    'may be %s',
    (signsFrom) => {
      expect(signingKey('key', { key: 'a secret of 32 bytes or more, for tests', signsFrom }).signsFrom).toBe(
        1_801_396_800_000,
      )
    },
  )

  test.each([
    '2027-01-31',
    '2027-01-31T12:00:00',
    'tomorrow',
    '',
    1_801_396_800_000,
    new Date('never'),
    null,
    '2027-02-31T99:00:00Z',
  ])('is refused as %s', (signsFrom) => {
    expect(() => signingKey('signingKeys[0]', { key: 'a secret of 32 bytes or more, for tests', signsFrom })).toThrow(
      /^signingKeys\[0\]\.signsFrom is .+: give a Date, or a string with an offset/,
    )
  })
})
