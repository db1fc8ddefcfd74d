/** @throws TypeError if `prefix` is not a non-empty string. */
export function limiterPrefix(prefix: unknown): string {
  if (typeof prefix === 'string' && prefix !== '') return prefix
  throw new TypeError(
    `prefix must be a non-empty string, such as the name of the limiter, because limiters with the same prefix share their counts; it is ${JSON.stringify(prefix)}.`,
  )
}
