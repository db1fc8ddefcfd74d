import type { Request, RequestHandler } from 'express'
import session, { type Store } from 'express-session'

/** Whoever is signed in, and what the site may do for him. It never leaves the server. */
export interface SignIn {
  readonly user: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly scope: string
  /** From when on, in milliseconds since the epoch, the access token is too near its end to be used. */
  readonly refreshAt: number
}

/** Whoever gave the right password and has yet to give a second factor. */
export interface HalfSignIn {
  readonly user: string
  readonly mfaToken: string
  readonly next: string
}

declare module 'express-session' {
  interface SessionData {
    signIn?: SignIn
    halfSignIn?: HalfSignIn
  }
}

/**
 * A session for each browser that has signed in, even halfway, by a cookie that no script reads and no other site sends. Over
 * https its name begins with `__Host-`, so that no neighbouring host can set it. A visitor gets none: whoever comes without a
 * cookie, again and again, leaves nothing behind.
 */
export function browserSessions(newStore: () => Store, secret: string): RequestHandler {
  const options = { secret, resave: false, saveUninitialized: false }
  const cookie = { httpOnly: true, sameSite: 'lax', path: '/' } as const
  const overHttps = session({
    ...options,
    store: newStore(),
    name: '__Host-session',
    cookie: { ...cookie, secure: true },
  })
  const overHttp = session({ ...options, store: newStore(), name: 'session', cookie: { ...cookie, secure: false } })
  return function browserSession(request, response, next) {
    const ofScheme = request.secure ? overHttps : overHttp
    ofScheme(request, response, next)
  }
}

/** Gives the browser a session with a new id: what somebody knew of the old one is worth nothing. */
export function renewSession(request: Request): Promise<void> {
  return settled((done) => request.session.regenerate(done))
}

export function saveSession(request: Request): Promise<void> {
  return settled((done) => request.session.save(done))
}

/** Reads the session again, as another request may have left it. Rejects where it has ended. */
export function reloadSession(request: Request): Promise<void> {
  return settled((done) => request.session.reload(done))
}

export function endSession(request: Request): Promise<void> {
  return settled((done) => request.session.destroy(done))
}

function settled(act: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => {
      if (error === undefined || error === null) resolve()
      else reject(error instanceof Error ? error : new Error('The session store failed.', { cause: error }))
    })
  })
}
