import type { MaybePromise } from '../grant-store.js'

/** Calls `next` with the value: at once if it is there, otherwise when the promise resolves to it. */
export function andThen<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}

/** All values, without a promise if none of them is one. */
export function whenAll<T>(values: readonly MaybePromise<T>[]): MaybePromise<readonly T[]> {
  return areThere(values) ? values : Promise.all(values)
}

/** Calls `act` once the value is there or the promise has settled. */
export function andFinally<T>(value: MaybePromise<T>, act: () => void): MaybePromise<T> {
  if (value instanceof Promise) return value.finally(act)
  act()
  return value
}

function areThere<T>(values: readonly MaybePromise<T>[]): values is readonly T[] {
  return !values.some((value) => value instanceof Promise)
}
