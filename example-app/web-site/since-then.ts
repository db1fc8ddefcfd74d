const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

/** How long ago, in words. */
export function sinceThen(time: number, now = Date.now()): string {
  const [unit, length] = UNITS.find(([, length]) => now - time >= length) ?? []
  return unit === undefined ? 'just now' : words.format(-Math.floor((now - time) / length), unit)
}
