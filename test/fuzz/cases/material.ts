import type { SeededRandom } from '../../stores/seeded-random.js'

/** What right requests are made of. */
export interface Material {
  readonly client: { readonly id: string; readonly secret: string }
  readonly publicClient: { readonly id: string }
  /** The second one needs a second factor. */
  readonly users: readonly [Person, Person]
  readonly accessToken: string
  readonly refreshToken: string
  readonly mfaToken: string
}

interface Person {
  readonly username: string
  readonly password: string
}

/** What a maker of cases draws from. Texts are byte strings: one character a byte, as `latin1` has it. */
export interface Draw {
  readonly random: SeededRandom
  readonly material: Material
}

/** A text in UTF-8, as a byte string. */
export function utf8(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** Percent-encoded, or not, or too much of it: whatever is there is still the same value. */
export function encoded({ random }: Draw, text: string): string {
  const all = () => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  return random.below(8) === 0 ? all() : encodeURIComponent(text).replaceAll('%20', random.oneOf(['+', '%20']))
}

export function randomBytes({ random }: Draw, most: number): string {
  return String.fromCharCode(...Array.from({ length: random.below(most + 1) }, () => random.below(256)))
}

/** True once in so many times. */
export function rarely({ random }: Draw, times: number): boolean {
  return random.below(times) === 0
}
