import type { OAuthToken } from '@jmondi/oauth2-server'
import { InMemoryTokenRepository, jmondiClient } from '../candidates/jmondi-repositories.js'
import { subjectAt } from './subject.js'
import type { TokenKeeper } from './token-keeper.js'

/** The calls of jmondi's password and refresh token grants on their token repository. */
export function jmondiKeeper(logins: number): TokenKeeper {
  const repository = new InMemoryTokenRepository()
  const newest = new Array<string>(logins).fill('')

  async function issue(index: number, subject: string): Promise<void> {
    const token = await repository.issueToken(jmondiClient, jmondiClient.scopes, { id: subject })
    await repository.persist(token)
    newest[index] = refreshTokenOf(await repository.issueRefreshToken(token))
  }

  return {
    login: (index) => issue(index, subjectAt(index)),
    async refresh(index) {
      const old = await repository.getByRefreshToken(newest[index] ?? '')
      await repository.revoke(old)
      await issue(index, String(old.user?.id))
    },
  }
}

function refreshTokenOf(token: OAuthToken): string {
  if (typeof token.refreshToken !== 'string') throw new Error('no refresh token')
  return token.refreshToken
}
