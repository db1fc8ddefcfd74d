import { styleText } from 'node:util'
import type { Line, Mood, Outcome } from './command.js'

const COLOUR: Readonly<Record<Mood, 'green' | 'yellow' | 'red'>> = { good: 'green', doubtful: 'yellow', bad: 'red' }

/** What a terminal would obey, or show in another order than it stands: control characters and those of bidirectional text. */
const NOT_PRINTABLE = /[^\P{Cc}\n]|[\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu

export function printOutcome({ result, lines, notes = [] }: Outcome, isJson: boolean): void {
  if (isJson) {
    process.stdout.write(`${printable(JSON.stringify(result, undefined, 2))}\n`)
    return
  }
  for (const line of notes) process.stderr.write(`${styled(line, process.stderr)}\n`)
  for (const line of lines) process.stdout.write(`${styled(line, process.stdout)}\n`)
}

/** Text as a terminal can be trusted with it. What is replaced stands as JSON would escape it. */
export function printable(text: string): string {
  return text.replace(NOT_PRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function styled(line: Line, stream: NodeJS.WriteStream): string {
  if (typeof line === 'string') return printable(line)
  const text = printable(line.text)
  // https://no-color.org
  const isPlain = !stream.isTTY || (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb'
  return isPlain ? text : styleText(COLOUR[line.mood], text)
}
