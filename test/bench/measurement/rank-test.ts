/** Both samples in one order, each value with the mean of the ranks that those equal to it share. */
function ranked(a: readonly number[], b: readonly number[]): { rankSum: number; ties: number } {
  const all = [...a.map((value) => ({ value, isOfA: true })), ...b.map((value) => ({ value, isOfA: false }))]
  all.sort((left, right) => left.value - right.value)
  let rankSum = 0
  let ties = 0
  for (let start = 0, end = 0; start < all.length; start = end) {
    while (end < all.length && all[end]?.value === all[start]?.value) end++
    const rank = (start + end + 1) / 2
    rankSum += all.slice(start, end).filter(({ isOfA }) => isOfA).length * rank
    ties += (end - start) ** 3 - (end - start)
  }
  return { rankSum, ties }
}

/**
 * Mann and Whitney's U test, two-sided, by the normal approximation with the correction for ties: how probable a difference
 * as large is where both samples have one distribution.
 */
export function rankTest(a: readonly number[], b: readonly number[]): number {
  const count = a.length + b.length
  const { rankSum, ties } = ranked(a, b)
  const u = rankSum - (a.length * (a.length + 1)) / 2
  const mean = (a.length * b.length) / 2
  const variance = ((a.length * b.length) / 12) * (count + 1 - ties / (count * (count - 1)))
  const z = Math.max(0, Math.abs(u - mean) - 0.5) / Math.sqrt(variance)
  return Math.min(1, 2 * upperTail(z))
}

/** Of the standard normal distribution: Abramowitz and Stegun 26.2.17, to 7.5e-8. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial
}
