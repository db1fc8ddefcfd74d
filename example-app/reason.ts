/** Why something failed, in its own words, to end a sentence with. */
export function reason(error: unknown): string {
  if (error instanceof AggregateError) return reason(error.errors[0]) // a host tried at several addresses
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error)
}
