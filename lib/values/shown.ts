import { nestsDeeperThan } from './nests-deeper-than.js'

const LONGEST_SHOWN = 120
/** `JSON.stringify` overflows the stack at some thousands of levels. */
const DEEPEST_SHOWN = 8

/** Control characters that JSON leaves as they are, and that some terminals obey; and line ends of JavaScript. */
const UNSAFE = /[\x7f-\x9f\u2028\u2029]/g

/** What a stranger wrote, as a sentence may quote it: JSON, so that it has no line ends, and not too long. */
export function shown(value: unknown): string {
  if (nestsDeeperThan(DEEPEST_SHOWN, value)) return 'deeply nested JSON'
  const text = value === undefined ? 'nothing' : JSON.stringify(value).replace(UNSAFE, escaped)
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** The value of an option as an error message may name it: its kind only, because a string or a number may be a secret. */
export function described(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return value === '' ? 'an empty string' : 'a string'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** A secret in the place of another option: a long run of characters that random secrets are written in. */
const LIKE_A_SECRET = /[\w+/=-]{20,}/

/** The same for an option that never holds a secret: it is shown, unless it looks like a secret in the wrong place. */
export function quoted(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string' || value === '') return described(value)
  const isLikeASecret = (LIKE_A_SECRET.test(value) && /\d/.test(value)) || value.includes('@')
  return isLikeASecret ? described(value) : shown(value)
}
