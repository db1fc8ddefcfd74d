import { describe, expect, test } from 'vitest'
import { randomText } from '../../lib/random-text.js'

const lengthOf = (bytes: number) => Math.ceil((bytes * 8) / 6)

describe('random text', () => {
  test('is base64url of so many bytes', () => {
    for (let bytes = 0; bytes <= 100; bytes += 1) {
      const text = randomText(bytes)
      expect(text).toMatch(/^[\w-]*$/)
      expect(text).toHaveLength(lengthOf(bytes))
      expect(Buffer.from(text, 'base64url')).toHaveLength(bytes)
    }
  })

  test('is as long as asked for at every border of its pool', () => {
    // 16 does not divide by these: each leaves another rest before the border.
    for (const bytes of [4096, 1, 4096, 4095, 2, 4096, 2048, 2049, 1000, 1000, 1000, 1000, 1000, 96, 4000, 97, 16]) {
      expect(randomText(bytes)).toHaveLength(lengthOf(bytes))
    }
  })

  test('never comes twice, across many pools', () => {
    const texts = Array.from({ length: 20_000 }, () => randomText(16))
    expect(new Set(texts).size).toBe(texts.length)
  })

  test('shares no run of bytes with what came before it, whatever was asked for in between', () => {
    const runs = new Set<string>()
    let count = 0
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Buffer.from(randomText(8 + (round % 57)), 'base64url')
      for (let start = 0; start + 8 <= bytes.length; start += 1) {
        runs.add(bytes.toString('latin1', start, start + 8))
        count += 1
      }
    }
    expect(runs.size).toBe(count)
  })

  test('is not what is left in the pool once it was given: zeros', () => {
    for (let round = 0; round < 1000; round += 1) expect(randomText(16)).not.toMatch(/^A+$/)
  })

  test('uses every byte about as often as any other', () => {
    const counts = new Array<number>(256).fill(0)
    for (let round = 0; round < 512; round += 1) {
      for (const byte of Buffer.from(randomText(1000), 'base64url')) counts[byte] = (counts[byte] ?? 0) + 1
    }
    // 2,000 each are to be expected; ten standard deviations are 450.
    expect(Math.min(...counts)).toBeGreaterThan(1550)
    expect(Math.max(...counts)).toBeLessThan(2450)
  })
})
