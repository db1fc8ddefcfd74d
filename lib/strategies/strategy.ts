/** What Passport puts on a strategy for one request; the strategy calls one of these. */
export interface StrategyActions<T = unknown> {
  success(user: T): void
  /** Passport calls the argument a challenge; here it says why the strategy refuses. */
  fail(why: T): void
  error(error: unknown): void
}

/** A strategy as Passport runs it, on a request of type `R`. */
export interface Strategy<R, T = unknown> {
  authenticate(this: StrategyActions<T>, request: R, options?: unknown): unknown
}

/** Passes what a check resolves to to `fail` or `success`, and what it rejects with to `error`. */
export function report<T>(actions: StrategyActions<T>, checked: Promise<T>, isRefusal: (outcome: T) => boolean): void {
  checked.then(
    (outcome) => {
      if (isRefusal(outcome)) actions.fail(outcome)
      else actions.success(outcome)
    },
    (error: unknown) => {
      actions.error(error)
    },
  )
}
