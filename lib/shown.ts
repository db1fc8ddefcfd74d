import { nestsDeeperThan } from './nests-deeper-than.js'

const LONGEST_SHOWN = 120
/** `JSON.stringify` overflows the stack at some thousands of levels. */
const DEEPEST_SHOWN = 8

/** What a stranger wrote, as a sentence may quote it: JSON, so that it has no line ends, and not too long. */
export function shown(value: unknown): string {
  if (nestsDeeperThan(DEEPEST_SHOWN, value)) return 'deeply nested JSON'
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}
