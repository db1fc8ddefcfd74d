import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { newGrantId, subjectTag } from '../../lib/grant.js'

const SUBJECTS = ['alice', 'bob', '', '1', '\u00e4lice', '\u{1f511}', 'a.b', 'x'.repeat(100_000), '\0', 'a\nb']

describe('the id of a grant', () => {
  test.each(SUBJECTS)('is 128 random bits, a dot and the tag of its subject: %#', (subject) => {
    const id = newGrantId(subject)
    expect(id).toMatch(/^[\w-]{22}\.[\w-]{8}$/)
    const [random = '', tag] = id.split('.')
    expect(Buffer.from(random, 'base64url')).toHaveLength(16)
    expect(tag).toBe(subjectTag(subject))
  })

  test('never comes twice', () => {
    const ids = Array.from({ length: 5000 }, () => newGrantId('alice'))
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('the tag of a subject', () => {
  test.each(SUBJECTS)('is the first 48 bits of its SHA-256, in base64url: %#', (subject) => {
    const bits = createHash('sha256').update(subject).digest().subarray(0, 6)
    expect(subjectTag(subject)).toBe(bits.toString('base64url'))
  })

  test('differs by subject, and by case', () => {
    expect(new Set([...SUBJECTS, 'Alice', 'alice '].map(subjectTag)).size).toBe(SUBJECTS.length + 2)
  })
})
