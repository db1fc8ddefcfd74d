/** Freezes a JSON value that several requests share, with everything in it, however deep, and returns it. */
export function deeplyFrozen<T>(value: T): T {
  const left: unknown[] = [value]
  while (left.length > 0) {
    const next = left.pop()
    if (typeof next !== 'object' || next === null) continue
    // Not by spreading them as arguments, of which a long list would have too many.
    for (const member of Object.values(Object.freeze(next))) left.push(member)
  }
  return value
}
