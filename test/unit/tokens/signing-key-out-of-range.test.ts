import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { signingKey } from '../../../lib/tokens/signing-key.js'
import { refusal } from '../working-options.js'

// In a file of its own: Node 20 aborts the whole process where it is asked to export such a key as JWK.
test('A JWK whose private part is longer than its curve allows is refused by a sentence, as any other that is broken', () => {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  for (const d of [`${jwk.d ?? ''}AAAA`, '_'.repeat(44), '_'.repeat(1000)]) {
    expect(refusal(() => signingKey('signingKeys', { ...jwk, d }))).toMatch(/^signingKeys .*: give /)
  }
})
