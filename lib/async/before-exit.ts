const pending = new Set<() => void>()
let isListening = false

/**
 * Calls a function when the process ends by itself or by `process.exit()`, unless `notBeforeExit` is called first. One
 * listener serves all servers of a process, so that many of them do not look like a leak.
 */
export function beforeExit(tell: () => void): void {
  pending.add(tell)
  if (isListening) return
  isListening = true
  // Only the first of the two leaves an asynchronous logger the time to write.
  process.on('beforeExit', tellAll)
  process.on('exit', tellAll)
}

export function notBeforeExit(tell: () => void): void {
  pending.delete(tell)
}

function tellAll(): void {
  const all = [...pending]
  pending.clear()
  for (const tell of all) tell()
}
