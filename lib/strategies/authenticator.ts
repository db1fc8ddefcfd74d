import passport from 'passport'
import type { Strategy } from './strategy.js'

/** Asks a strategy who sent the request. Answers what it calls its user, or `undefined` where it refuses. */
export type Authenticate<R> = (request: R) => Promise<unknown>

const NAME = 'express-oauth-password-grant'

/**
 * Authenticates by one strategy of the application, on a Passport of our own: by name, because a strategy object given to
 * `passport.authenticate` is shared by all requests, and two that overlap swap identities; and in the callback form, which
 * leaves `req.user` and the session alone. A strategy that errs, throws, passes or redirects rejects.
 */
export function authenticator<R extends object>(strategy: Strategy<R>): Authenticate<R> {
  const ours = new passport.Passport()
  ours.use(NAME, strategy as passport.Strategy) // the boundary: its type wants what Passport adds for each request
  return (request) =>
    new Promise((resolve, reject) => {
      const decided = (error: unknown, user: unknown) => {
        if (error) reject(asError(error))
        else resolve(user === false || user === null ? undefined : user)
      }
      const passed = (error?: unknown) => {
        reject(asError(error ?? 'An authentication strategy called pass(), which is no answer to a token request.'))
      }
      try {
        const run = ours.authenticate(NAME, { session: false }, decided) as (...args: unknown[]) => void
        run(request, noResponse(reject), passed)
      } catch (error) {
        reject(asError(error))
      }
    })
}

/** Stands where a strategy that redirects would write, and so answer the request behind our back. */
function noResponse(reject: (error: Error) => void) {
  return {
    setHeader() {
      /* nothing of it is sent */
    },
    end() {
      reject(new Error('An authentication strategy redirected, which is no answer to a token request.'))
    },
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
