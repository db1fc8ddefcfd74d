const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** So many seconds, in the largest unit that fits twice. */
export function duration(seconds: number): string {
  const [unit, size] = UNITS.find(([, one]) => seconds >= 2 * one) ?? ['second', 1]
  const count = Math.floor(seconds / size)
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** Seconds since the epoch as a date, as far as there is one. */
export function instant(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? `the time ${seconds}` : date.toISOString().replace('.000Z', 'Z')
}
