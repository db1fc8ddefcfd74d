import { randomBytes } from 'node:crypto'
import { signTokenPair, type TokenPair } from './token-signer.js'

export interface TokenRow {
  readonly userId: string
  readonly clientId: string
  readonly scope: readonly string[] | undefined
}

/** What the package's examples issue. */
export function randomTokenPair(): TokenPair {
  return { accessToken: randomBytes(32).toString('base64url'), refreshToken: randomBytes(32).toString('base64url') }
}

export function jwtPair({ userId, scope }: TokenRow): TokenPair {
  return signTokenPair(userId, scope?.join(' ') ?? '')
}

/** One row a token, as in the package's examples; a refresh token's row goes when it is used. */
export class InMemoryTokenRows {
  readonly #newPair: (row: TokenRow) => TokenPair
  readonly #accessTokens = new Map<string, TokenRow>()
  readonly #refreshTokens = new Map<string, TokenRow>()

  constructor(newPair: (row: TokenRow) => TokenPair) {
    this.#newPair = newPair
  }

  issue(row: TokenRow): TokenPair {
    const pair = this.#newPair(row)
    this.#accessTokens.set(pair.accessToken, row)
    this.#refreshTokens.set(pair.refreshToken, { ...row })
    return pair
  }

  take(refreshToken: string): TokenRow | undefined {
    const row = this.#refreshTokens.get(refreshToken)
    this.#refreshTokens.delete(refreshToken)
    return row
  }
}
