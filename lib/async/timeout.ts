/**
 * The promise's outcome, or a rejection with `late()` once it takes longer than that many milliseconds. What comes of the
 * promise afterwards is dropped.
 */
export function withTimeout<T>(promise: Promise<T>, milliseconds: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(late())
    }, milliseconds)
    timer.unref()
    // Both ways stay handled after the time-out, so that a late rejection is no unhandled one.
    promise.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error instanceof Error ? error : new Error(String(error)))
      },
    )
  })
}
