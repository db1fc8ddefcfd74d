/** The parameters by which a client authenticates, made anew for each request. */
export type Authentication = () => Promise<Readonly<Record<string, string>>>

/** What comes of one request: it got tokens, its password was looked at, or it was turned away before. */
export type Outcome = 'signedIn' | 'refused' | 'limited' | 'shed' | 'failed'

export interface Answer {
  readonly outcome: Outcome
  readonly refreshToken: string | undefined
}

const ANSWER_MS = 20_000

/** The token endpoint that is attacked, by way of the client whose users come from many addresses. */
export class Victim {
  readonly #url: string
  readonly #authentication: Authentication

  constructor(url: string, authentication: Authentication) {
    this.#url = url
    this.#authentication = authentication
  }

  login(username: string, password: string, address: string): Promise<Answer> {
    return this.#request({ grant_type: 'password', username, password, scope: 'contacts.read' }, address)
  }

  refresh(refreshToken: string, address: string): Promise<Answer> {
    return this.#request({ grant_type: 'refresh_token', refresh_token: refreshToken }, address)
  }

  async #request(form: Record<string, string>, address: string): Promise<Answer> {
    try {
      const response = await fetch(`${this.#url}/token`, {
        method: 'POST',
        headers: { 'End-User-Address': address },
        body: new URLSearchParams({ ...form, ...(await this.#authentication()) }),
        redirect: 'error', // it could lead to another machine
        signal: AbortSignal.timeout(ANSWER_MS),
      })
      const body: unknown = await response.json()
      const { refresh_token: refreshToken } = body as { refresh_token?: string } // the boundary: RFC 6749 section 5.1
      return { outcome: outcomeOf(response.status, body), refreshToken }
    } catch {
      return { outcome: 'failed', refreshToken: undefined }
    }
  }
}

function outcomeOf(status: number, body: unknown): Outcome {
  if (status === 200) return 'signedIn'
  if (status === 429) return 'limited'
  if (status === 503) return 'shed'
  const isRefusal = typeof body === 'object' && body !== null && 'error' in body && body.error === 'invalid_grant'
  // After the right password of somebody with a second factor, which is as good as a refusal to who does not have it.
  return isRefusal || status === 403 ? 'refused' : 'failed'
}
