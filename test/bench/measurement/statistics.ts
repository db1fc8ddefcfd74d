/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Linear between the two nearest values. */
export function quantile(values: readonly number[], fraction: number): number {
  const ascending = values.toSorted((a, b) => a - b)
  const place = (ascending.length - 1) * fraction
  const below = ascending[Math.floor(place)] ?? NaN
  const above = ascending[Math.ceil(place)] ?? NaN
  return below + (above - below) * (place - Math.floor(place))
}
