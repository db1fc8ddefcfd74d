import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { MemoryGrantStore, type Creation, type OAuthEvent } from '../../lib/index.js'
import { heldChecks, until } from '../http/held-checks.js'
import {
  answerSecondFactor,
  mfaTokenFrom,
  rightCode,
  startSecondFactorServer,
} from '../second-factor/second-factor-server.js'
import { alice, requestToken, startTokenServer } from '../start-server.js'
import { onEveryStore } from '../stores/on-every-store.js'
import { credentials, logIn } from '../log-in.js'

const WRONG_PASSWORD = { error: 'invalid_grant', error_description: 'The user name or the password is wrong' }
const USELESS_MFA_TOKEN = {
  error: 'invalid_grant',
  error_description: 'The mfa_token is invalid, expired or used up',
}

/** More than a call may take to reach the store before the store is asked again (see `beginningOfLogin`). Milliseconds. */
const A_WHILE = 250

const askForTokens = (url: string) => requestToken(url, { grant_type: 'password', ...alice }, credentials)

await onEveryStore(({ store }) => {
  test('a login that waits with the old password while revokeAll runs is refused like a wrong password', async () => {
    const events: OAuthEvent[] = []
    const checks = heldChecks()
    const { url, oauth } = await startTokenServer({
      grantStore: store(),
      authenticateUser: checks.authenticateUser,
      onEvent: (event) => events.push(event),
    })
    const underWay = [askForTokens(url), askForTokens(url)]
    await until(() => checks.begun.length + oauth.passwordChecks.waiting === 2)
    await sleep(A_WHILE)
    await oauth.grants.revokeAll(alice.username)
    const answers = await checks.endAllUntil(Promise.all(underWay))
    for (const { status, body } of answers) expect([status, body]).toEqual([400, WRONG_PASSWORD])
    expect(events.filter(({ type }) => type === 'login_refused')).toMatchObject(
      answers.map(() => ({ reason: 'revoked_meanwhile', code: 'invalid_grant' })),
    )
    expect(await oauth.grants.list(alice.username)).toEqual([])

    await checks.endAllUntil(logIn(url))
    expect(await oauth.grants.list(alice.username)).toHaveLength(1)
    await oauth.grants.revokeAll(alice.username)
  })

  test('the session that changed the password is kept, and logins under way still end', async () => {
    const checks = heldChecks()
    const { url, oauth } = await startTokenServer({ grantStore: store(), authenticateUser: checks.authenticateUser })
    await checks.endAllUntil(logIn(url))
    const [own] = await oauth.grants.list(alice.username)
    const begun = checks.begun.length
    const underWay = askForTokens(url)
    await until(() => checks.begun.length > begun)
    await sleep(A_WHILE)
    await oauth.grants.revokeAll(alice.username, { except: own?.id })
    expect((await checks.endAllUntil(underWay)).body).toEqual(WRONG_PASSWORD)
    expect(await oauth.grants.list(alice.username)).toEqual([own])
    await oauth.grants.revokeAll(alice.username)
  })

  test('an mfa_token that was earned with the old password is of no use after revokeAll', async () => {
    const { url, oauth, events } = await startSecondFactorServer({ grantStore: store() })
    const old = await mfaTokenFrom(url)
    await oauth.grants.revokeAll(alice.username)
    expect((await answerSecondFactor(url, old, rightCode())).body).toEqual(USELESS_MFA_TOKEN)
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'second_factor_refused', reason: 'revoked_meanwhile', subject: alice.username }),
    )
    expect(await oauth.grants.list(alice.username)).toEqual([])

    expect((await answerSecondFactor(url, await mfaTokenFrom(url), rightCode())).status).toBe(200)
    await oauth.grants.revokeAll(alice.username)
  })
})

describe('a password change', () => {
  test('refuses a login whose grant waited for a connection of the store meanwhile', async () => {
    let asked = 0
    class WaitingStore extends MemoryGrantStore {
      override create(creation: Creation): never {
        asked++
        return sleep(200).then(() => super.create(creation)) as never // the boundary: later than its parent
      }
    }
    const { url, oauth } = await startTokenServer({ grantStore: new WaitingStore() })
    const underWay = askForTokens(url)
    await until(() => asked === 1)
    await oauth.grants.revokeAll(alice.username)
    expect((await underWay).body).toEqual(WRONG_PASSWORD)
    expect(await oauth.grants.list(alice.username)).toEqual([])
    await logIn(url)
  })
})

describe('refreshTokens.maxPerSubject', () => {
  test('ends the oldest session of a user who logs in once more, and says so', async () => {
    const events: OAuthEvent[] = []
    const { url, oauth } = await startTokenServer({
      refreshTokens: { maxPerSubject: 2 },
      onEvent: (event) => events.push(event),
    })
    for (let login = 0; login < 3; login++) await logIn(url)
    expect(await oauth.grants.list(alice.username)).toHaveLength(2)
    expect(events.filter(({ type }) => type === 'grant_displaced')).toMatchObject([
      { reason: 'newer_logins', subject: alice.username },
    ])
  })
})
