import { randomBytes } from 'node:crypto'
import { InMemoryTokens } from '../candidates/node-oauth-model.js'
import { accessTokenSeconds, clientId, refreshTokenSeconds, scopes } from '../candidates/scenario.js'
import { subjectAt } from './subject.js'
import type { TokenKeeper } from './token-keeper.js'

const client = { id: clientId, grants: ['password', 'refresh_token'] }

/** The calls of node-oauth's grant types on their model, with the package's own random tokens of 64 hexadecimal digits. */
export function nodeOauthKeeper(logins: number): TokenKeeper {
  const tokens = new InMemoryTokens()
  const newest = new Array<string>(logins).fill('')

  function save(index: number, user: { readonly id: string }): void {
    const refreshToken = randomBytes(32).toString('hex')
    const now = Date.now()
    tokens.save(
      {
        accessToken: randomBytes(32).toString('hex'),
        accessTokenExpiresAt: new Date(now + accessTokenSeconds * 1000),
        refreshToken,
        refreshTokenExpiresAt: new Date(now + refreshTokenSeconds * 1000),
        scope: scopes,
        client,
        user,
      },
      client,
      user,
    )
    newest[index] = refreshToken
  }

  return {
    login: (index) => {
      save(index, { id: subjectAt(index) })
    },
    refresh(index) {
      const old = tokens.findRefreshToken(newest[index] ?? '')
      if (old === false || !tokens.revoke(old.refreshToken)) throw new Error('unknown refresh token')
      save(index, { id: String(old.user['id']) })
    },
  }
}
