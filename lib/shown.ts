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
