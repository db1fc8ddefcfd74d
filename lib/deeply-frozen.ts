/** A JSON value that several requests share: frozen, with all that is in it. */
export function deeplyFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) deeplyFrozen(member)
  return Object.freeze(value)
}
