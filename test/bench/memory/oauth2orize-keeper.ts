import { InMemoryTokenRows, randomTokenPair } from '../candidates/oauth2orize-tokens.js'
import { clientId, scopes } from '../candidates/scenario.js'
import { subjectAt } from './subject.js'
import type { TokenKeeper } from './token-keeper.js'

/** What the exchanges of oauth2orize keep. */
export function oauth2orizeKeeper(logins: number): TokenKeeper {
  const tokens = new InMemoryTokenRows(randomTokenPair)
  const newest = new Array<string>(logins).fill('')
  return {
    login(index) {
      newest[index] = tokens.issue({ userId: subjectAt(index), clientId, scope: scopes }).refreshToken
    },
    refresh(index) {
      const row = tokens.take(newest[index] ?? '')
      if (!row) throw new Error('unknown refresh token')
      newest[index] = tokens.issue(row).refreshToken
    },
  }
}
