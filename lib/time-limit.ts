/**
 * The promise's outcome, or a rejection with `late()` once it takes longer than that many milliseconds. What comes of the
 * promise afterwards is dropped.
 */
export function timeLimit<T>(promise: Promise<T>, milliseconds: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(late())
    }, milliseconds)
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer)
    })
  })
}
