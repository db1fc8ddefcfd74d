/** What is expected of a refresh: the token of that generation, or that refusal. */
export type Expected =
  | { readonly generation: number; readonly scope: readonly string[] }
  | { readonly refusal: 'invalid_grant' | 'invalid_scope' }

export interface ModelSession {
  readonly subject: string
  readonly clientId: string
  readonly scope: readonly string[]
  readonly createdAt: number
  readonly endsAt: number
  generation: number
  rotatedAt: number
  expiresAt: number
  isEnded: boolean
  /** When the refresh token of each generation expires. */
  readonly expiries: number[]
}

export interface ModelLifetimes {
  readonly lifetime: number
  readonly idleLifetime: number
  readonly retryWindow: number
}

/** What section 4 of the design says of sessions and refresh tokens, in as few words as it takes. Times in milliseconds. */
export class SessionModel {
  readonly sessions: ModelSession[] = []
  readonly #lifetimes: ModelLifetimes
  /** How often a spent token was seen again. */
  reuses = 0

  constructor(lifetimes: ModelLifetimes) {
    this.#lifetimes = lifetimes
  }

  logIn(subject: string, clientId: string, scope: readonly string[], now: number): ModelSession {
    const { lifetime, idleLifetime } = this.#lifetimes
    const [endsAt, expiresAt] = [now + lifetime, Math.min(now + lifetime, now + idleLifetime)]
    const times = { createdAt: now, rotatedAt: now, endsAt, expiresAt, expiries: [expiresAt] }
    const session = { subject, clientId, scope, generation: 0, isEnded: false, ...times }
    this.sessions.push(session)
    return session
  }

  isLiving({ isEnded, expiresAt }: ModelSession, now: number): boolean {
    return !isEnded && now < expiresAt
  }

  /** Whether a refresh token is of that client and has not expired, whatever became of its session. */
  isGenuine({ clientId, expiries }: ModelSession, generation: number, client: string, now: number): boolean {
    return client === clientId && now < (expiries[generation] ?? 0)
  }

  refresh(
    session: ModelSession,
    generation: number,
    client: string,
    asked: readonly string[] | undefined,
    now: number,
  ): Expected {
    const { idleLifetime, retryWindow } = this.#lifetimes
    // A token that expired no longer ago than that may be a retry.
    if (!this.isGenuine(session, generation, client, now - retryWindow)) return { refusal: 'invalid_grant' }
    const scope = session.scope.filter((one) => asked?.includes(one) ?? true)
    if (asked !== undefined && scope.length < asked.length) return { refusal: 'invalid_scope' }
    if (!this.isLiving(session, now)) return { refusal: 'invalid_grant' }
    if (generation === session.generation) {
      session.generation++
      session.rotatedAt = now
      session.expiresAt = Math.min(session.endsAt, now + idleLifetime)
      session.expiries.push(session.expiresAt)
    } else if (generation < session.generation - 1 || now > session.rotatedAt + retryWindow) {
      session.isEnded = true
      this.reuses++
      return { refusal: 'invalid_grant' }
    }
    return { generation: session.generation, scope }
  }

  /** Whether there was something to end. */
  revoke(session: ModelSession, now: number): boolean {
    const isLiving = this.isLiving(session, now)
    session.isEnded = true
    return isLiving
  }

  revokeAll(subject: string, except: ModelSession | undefined, now: number): number {
    const ended = this.list(subject, now).filter((session) => session !== except)
    for (const session of ended) session.isEnded = true
    return ended.length
  }

  /** The newest first. */
  list(subject: string, now: number): ModelSession[] {
    return this.sessions.filter((one) => one.subject === subject && this.isLiving(one, now)).reverse()
  }
}
