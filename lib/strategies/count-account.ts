import type { MaybePromise } from '../grant-store.js'
import type { CountAccount } from '../resource-owner.js'

const COUNT = Symbol('countAccount')

/** The view of a request that a strategy of the application gets, by which {@link countAccount} finds the login. */
export function accountCountable<R extends object>(view: R, count: CountAccount): R {
  return Object.defineProperty(view, COUNT, { value: count })
}

/**
 * The same as `context.countAccount` for a Passport strategy of your own: `if (!(await countAccount(req, user))) user =
 * undefined`, between finding the user and checking the password. See {@link CountAccount}.
 *
 * @param req The request that the strategy was given, for passport-local by `passReqToCallback: true`. For any other request,
 * such as that of a route of yours which uses the same strategy, nothing is counted, and this returns `true`.
 */
export function countAccount(req: object, user: object | false | null | undefined): MaybePromise<boolean> {
  const count: unknown = Reflect.get(req, COUNT)
  return typeof count === 'function' ? (count as CountAccount)(user) : true // the boundary: only accountCountable sets it
}
