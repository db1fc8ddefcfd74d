const LONGEST_SHOWN = 120

/** What a stranger wrote, as a sentence may quote it: JSON, so that it has no line ends, and not too long. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}
