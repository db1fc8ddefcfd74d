/** How a client sends its credentials; `either` is for one that tries both. */
export type Way = 'basic' | 'body' | 'either'

/** What a stranger's client is asked to do: log in, and refresh what it got if it can. */
export interface Exchange {
  readonly url: string
  readonly way: Way
  readonly clientId: string
  readonly clientSecret: string
  readonly username: string
  readonly password: string
  readonly scope?: string
  readonly refresh: boolean
}

/** What it says came of it. */
export interface Outcome {
  readonly accessToken?: string
  readonly scope?: string | null
  readonly refreshedAccessToken?: string
  /** The error code as the client understood it. */
  readonly error?: string
}

/** Software of somebody else that can speak the password grant. */
export interface StrangersClient {
  readonly name: string
  readonly ways: readonly Way[]
  /** Whether it form-encodes Basic credentials (RFC 6749 section 2.3.1) or sends them raw. */
  readonly encodesBasic: boolean
  /** What to install where it is missing. */
  readonly missing?: string
  exchange(wanted: Exchange): Promise<Outcome>
  end?(): void
}
