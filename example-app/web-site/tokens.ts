import type { Request } from 'express'
import { endSession, reloadSession, saveSession, type SignIn } from './browser-session.js'
import { TokenRefusal, type TokenClient, type Tokens } from './token-client.js'

/** Nobody is signed in: the page to show is the one to sign in at. */
export class NotSignedIn extends Error {
  override readonly name = 'NotSignedIn'

  /** @param hadBeen Whether somebody was until now. */
  constructor(readonly hadBeen: boolean) {
    super(hadBeen ? 'The session has ended.' : 'Nobody is signed in.')
  }
}

/** An access token is refreshed so long before its end, or at half its life where that comes later. */
const AHEAD_MS = 30_000

export function signInOf(user: string, { accessToken, refreshToken, scope, expiresIn }: Tokens): SignIn {
  const lifetime = expiresIn * 1_000
  return { user, accessToken, refreshToken, scope, refreshAt: Date.now() + lifetime - Math.min(AHEAD_MS, lifetime / 2) }
}

/** The access tokens of whoever is signed in, refreshed unseen. */
export class SessionTokens {
  readonly #client: TokenClient
  /** By session: pages of one browser that are loaded at once refresh once. */
  readonly #refreshing = new Map<string, Promise<void>>()

  constructor(client: TokenClient) {
    this.#client = client
  }

  /** @throws NotSignedIn */
  async accessToken(request: Request): Promise<string> {
    const { accessToken, refreshAt } = signedIn(request)
    return Date.now() < refreshAt ? accessToken : this.another(request, accessToken)
  }

  /**
   * An access token in the place of one that is too old or was refused.
   * @throws NotSignedIn where the authorization server gives none: the session has ended.
   */
  async another(request: Request, old: string): Promise<string> {
    const { sessionID: id } = request
    for (let others = this.#refreshing.get(id); others !== undefined; others = this.#refreshing.get(id)) await others
    const refreshing = this.#refresh(request, old)
    this.#refreshing.set(
      id,
      refreshing.catch(() => undefined),
    )
    try {
      await refreshing
    } finally {
      this.#refreshing.delete(id)
    }
    return signedIn(request).accessToken
  }

  async #refresh(request: Request, old: string): Promise<void> {
    await reloadSession(request).catch(() => {
      throw new NotSignedIn(true) // signed out by another page meanwhile
    })
    const { user, accessToken, refreshToken } = signedIn(request)
    if (accessToken !== old) return
    try {
      request.session.signIn = signInOf(user, await this.#client.refresh(request, refreshToken))
      await saveSession(request)
    } catch (error) {
      if (!(error instanceof TokenRefusal) || error.code !== 'invalid_grant') throw error
      await endSession(request)
      throw new NotSignedIn(true)
    }
  }
}

function signedIn({ session }: Request): SignIn {
  // The boundary: the types say that there is a session, which is not so once it has been ended.
  const { signIn } = (session as Partial<Request['session']> | undefined) ?? {}
  if (signIn === undefined) throw new NotSignedIn(false)
  return signIn
}
