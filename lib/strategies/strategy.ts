/** What Passport puts on a strategy for one request: the strategy calls one of these. */
export interface StrategyActions {
  success(user: unknown): void
  fail(): void
  error(error: unknown): void
}

/** A strategy as Passport runs it, on a request of type `R`. */
export interface Strategy<R> {
  authenticate(this: StrategyActions, request: R, options?: unknown): unknown
}

/** Tells Passport what came of it: a user, `undefined` for a refusal, or a rejection. */
export function decide(actions: StrategyActions, answer: Promise<unknown>): void {
  answer.then(
    (user) => {
      if (user === undefined) actions.fail()
      else actions.success(user)
    },
    (error: unknown) => {
      actions.error(error)
    },
  )
}
