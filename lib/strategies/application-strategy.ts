import type { Request } from 'express'
import type { Strategy, StrategyActions } from './strategy.js'

/**
 * A strategy that the application has registered on its passport.
 * @throws TypeError that names `option` where there is none of that name.
 */
export function applicationStrategy(option: string, passport: object, name: string): Strategy<Request> {
  const strategy = registered(passport, name)
  if (strategy === undefined) {
    throw new TypeError(
      `${option} names the strategy ${JSON.stringify(name)}, which the passport given does not have: call passport.use() before.`,
    )
  }
  return withoutUnhandledRejections(strategy)
}

/** Passport has no public way to ask for a strategy; `authenticate` itself uses this one. */
function registered(passport: object, name: string): Strategy<Request> | undefined {
  if (!('_strategy' in passport) || typeof passport._strategy !== 'function') return undefined
  const strategy: unknown = Reflect.apply(passport._strategy, passport, [name])
  return isStrategy(strategy) ? strategy : undefined
}

/** Passport looks names up in an object that also has what every object has, such as `constructor`. */
function isStrategy(value: unknown): value is Strategy<Request> {
  return (
    typeof value === 'object' && value !== null && 'authenticate' in value && typeof value.authenticate === 'function'
  )
}

/**
 * Strategies call `_verify` and Passport calls `authenticate` without looking at what comes back, so an asynchronous one
 * that rejects would end the process and never the request. The application's own object stays as it is.
 */
function withoutUnhandledRejections(strategy: Strategy<Request>): Strategy<Request> {
  const derived = Object.create(strategy) as Strategy<Request> & { _verify?: unknown }
  derived.authenticate = function authenticate(this: StrategyActions, request, options) {
    const answer = strategy.authenticate.call(this, request, options)
    onRejection(answer, (error) => {
      this.error(error)
    })
  }
  const verify = derived._verify
  if (typeof verify === 'function') {
    derived._verify = function guardedVerify(this: unknown, ...args: unknown[]) {
      const done = args.at(-1)
      const answer: unknown = Reflect.apply(verify, this, args)
      onRejection(answer, (error) => {
        if (typeof done === 'function') Reflect.apply(done, undefined, [error ?? new Error('verify rejected')])
      })
      return answer
    }
  }
  return derived
}

function onRejection(answer: unknown, act: (error: unknown) => void): void {
  if (answer instanceof Promise) answer.catch(act)
}

/**
 * The request as a strategy of the application may see it: with the parameters that it is to read and without the query
 * string, which passport-local falls back to. What the strategy or Passport writes to it stays on the view.
 */
export function requestView(
  request: Request,
  body: Readonly<Record<string, string>>,
  headers: Request['headers'] = request.headers,
): Request {
  return Object.create(request, {
    body: { value: body, writable: true },
    query: { value: {}, writable: true },
    headers: { value: headers, writable: true },
  }) as Request
}
