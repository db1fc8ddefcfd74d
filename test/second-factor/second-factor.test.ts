import { setTimeout as sleep } from 'node:timers/promises'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { MFA_GRANT_TYPE, OAuthError, requireSecondFactor, type MaybePromise } from '../../lib/index.js'
import { MemoryGrantStore } from '../../lib/stores/memory-grant-store.js'
import { signingKey } from '../../lib/tokens/signing-key.js'
import { forgedJwt } from '../unit/tokens/forged-jwt.js'
import {
  alice,
  basic,
  bob,
  issuer,
  nativeApp,
  otherBackend,
  postForm,
  requestToken,
  signingSecret,
  webBackend,
} from '../start-server.js'
import {
  answerSecondFactor,
  client,
  findUser,
  mfaTokenFrom,
  passwordLogin,
  rightCode,
  secondFactor,
  startSecondFactorServer,
  wrongCode,
} from './second-factor-server.js'

const USELESS = { error: 'invalid_grant', error_description: 'The mfa_token is invalid, expired or used up' }
const WRONG_ANSWER = { error: 'invalid_grant', error_description: 'The answer to the second factor is wrong' }

describe('a login with a second factor', () => {
  test('is 403 mfa_required with an mfa_token after the right password, and tokens after the right code', async () => {
    const { url, events } = await startSecondFactorServer()
    const half = await requestToken(url, passwordLogin, client)
    expect([half.status, half.headers.get('cache-control')]).toEqual([403, 'no-store'])
    const mfaToken = String(half.body['mfa_token'])
    expect(half.body).toEqual({
      error: 'mfa_required',
      error_description: 'A second factor is required',
      mfa_token: mfaToken,
    })
    expect(decodeProtectedHeader(mfaToken).typ).toBe('mfa+jwt')

    const whole = await answerSecondFactor(url, mfaToken, rightCode())
    expect(whole.status).toBe(200)
    expect(Object.keys(whole.body)).toEqual(['token_type', 'expires_in', 'access_token', 'refresh_token', 'scope'])
    expect(whole.body['scope']).toBe('contacts.read')
    const claims = decodeJwt(String(whole.body['access_token']))
    expect(claims).toMatchObject({ sub: 'alice', client_id: 'web-backend', amr: ['pwd', 'otp', 'mfa'] })
    expect(claims).not.toHaveProperty('acr')
    expect(Math.abs(Number(claims['auth_time']) - Date.now() / 1000)).toBeLessThan(5)
    expect(events.map(({ type }) => type)).toEqual(['second_factor_required', 'token_issued'])
    expect(events[1]).toMatchObject({ grantType: MFA_GRANT_TYPE, subject: 'alice' })
    expect(JSON.stringify(events)).not.toContain(mfaToken)
  })

  test('is an ordinary login for a user who needs none, whose tokens say that it was a password', async () => {
    const { url } = await startSecondFactorServer()
    const { body } = await requestToken(url, { ...passwordLogin, ...bob }, client)
    expect(decodeJwt(String(body['access_token']))['amr']).toEqual(['pwd'])
  })

  test('remembers no grant and asks no hook before the second factor', async () => {
    const asked: string[] = []
    const { url, oauth } = await startSecondFactorServer({
      authorizeScope: ({ user, scope }) => {
        asked.push(`scope of ${String(user.id)}`)
        return scope.split(' ')
      },
      accessTokenClaims: ({ grantType }) => {
        asked.push(grantType)
        return {}
      },
    })
    const mfaToken = await mfaTokenFrom(url)
    expect([asked, await oauth.grants.list('alice')]).toEqual([[], []])
    expect((await answerSecondFactor(url, mfaToken, rightCode())).status).toBe(200)
    expect(asked).toEqual(['scope of alice', MFA_GRANT_TYPE])
    expect(await oauth.grants.list('alice')).toHaveLength(1)
  })

  test('says what verify says of amr and acr, in both tokens, through refreshes and at introspection', async () => {
    const verify = () => ({ amr: ['pwd', 'hwk', 'mfa'], acr: 'urn:example:gold' })
    const { url } = await startSecondFactorServer({ secondFactor: { verify, findUser } })
    const said = verify()
    let { body } = await answerSecondFactor(url, await mfaTokenFrom(url), 'an assertion')
    const { auth_time: authTime } = decodeJwt(String(body['access_token']))
    for (let refreshes = 0; refreshes < 3; refreshes++) {
      expect(decodeJwt(String(body['access_token']))).toMatchObject({ ...said, auth_time: authTime })
      expect(decodeJwt(String(body['refresh_token']))).toMatchObject(said)
      for (const token of [body['access_token'], body['refresh_token']]) {
        const introspected = await postForm(`${url}/introspect`, { token: String(token) }, client)
        expect(introspected.body).toMatchObject({ active: true, ...said, auth_time: authTime })
      }
      const form = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
      const [refreshed, retried] = [await requestToken(url, form, client), await requestToken(url, form, client)]
      expect(retried.body['refresh_token']).toBe(refreshed.body['refresh_token'])
      body = refreshed.body
    }
  })

  test('goes on from a refresh token of a version that did not say how the user authenticated', async () => {
    const { url } = await startSecondFactorServer()
    const { body } = await requestToken(url, { ...passwordLogin, ...bob }, client)
    const { amr: _, ...claims } = decodeJwt(String(body['refresh_token']))
    const { id, refreshKey } = signingKey('signingKeys', signingSecret)
    const older = forgedJwt({ alg: 'HS256', typ: 'rt+jwt', kid: id }, claims, refreshKey.signWith)
    const refreshed = await requestToken(url, { grant_type: 'refresh_token', refresh_token: older }, client)
    expect(refreshed.status).toBe(200)
    expect(decodeJwt(String(refreshed.body['access_token']))).not.toHaveProperty('amr')
  })

  test('works for a public client too', async () => {
    const { url } = await startSecondFactorServer()
    const form = { ...passwordLogin, client_id: nativeApp.id }
    const { body } = await requestToken(url, form)
    const answer = { grant_type: MFA_GRANT_TYPE, mfa_token: String(body['mfa_token']), otp: rightCode() }
    expect((await requestToken(url, { ...answer, client_id: nativeApp.id })).status).toBe(200)
  })

  test('is asked for by a strategy of the application in the same way, and reaches nobody where none is offered', async () => {
    const errors: unknown[] = []
    const { url } = await startSecondFactorServer({
      secondFactor: undefined as never,
      onError: (error) => errors.push(error),
    })
    const refused = await requestToken(url, passwordLogin, client)
    expect([refused.status, refused.body['error']]).toEqual([500, 'server_error'])
    expect(String(errors[0])).toContain('give the option secondFactor')
    const answer = await answerSecondFactor(url, 'token', '123456')
    expect([answer.status, answer.body['error']]).toEqual([400, 'unsupported_grant_type'])
  })

  test('may still be asked for by an OAuthError of the application', async () => {
    const { url } = await startSecondFactorServer({
      authenticateUser: () => {
        throw new OAuthError('mfa_required', 'Look at your phone', { members: { mfa_token: 'ours' } })
      },
    })
    const { status, body } = await requestToken(url, passwordLogin, client)
    expect([status, body]).toEqual([
      403,
      { error: 'mfa_required', error_description: 'Look at your phone', mfa_token: 'ours' },
    ])
  })

  test('makes up for no wrong password by a right one alone, and counts none for it', async () => {
    const { url } = await startSecondFactorServer()
    const wrong = { ...passwordLogin, password: 'wrong' }
    for (let time = 0; time < 9; time++) expect((await requestToken(url, wrong, client)).status).toBe(400)
    for (let time = 0; time < 5; time++) expect((await requestToken(url, passwordLogin, client)).status).toBe(403)
    expect((await requestToken(url, wrong, client)).status).toBe(400)
    expect((await requestToken(url, wrong, client)).status).toBe(429)
  })
})

describe('an mfa_token', () => {
  test('is of no use after it was used, nor after the grant was revoked, and its code is not even tried', async () => {
    let tried = 0
    const verify: typeof secondFactor.verify = (...answer) => {
      tried += 1
      return secondFactor.verify(...answer)
    }
    const { url, oauth, events } = await startSecondFactorServer({ secondFactor: { verify, findUser } })
    const mfaToken = await mfaTokenFrom(url)
    expect((await answerSecondFactor(url, mfaToken, rightCode())).status).toBe(200)
    for (const code of [rightCode(), wrongCode()]) {
      const replayed = await answerSecondFactor(url, mfaToken, code)
      expect([replayed.status, replayed.body]).toEqual([400, USELESS])
    }
    expect(await oauth.grants.revokeAll('alice')).toBe(1)
    expect((await answerSecondFactor(url, mfaToken, rightCode())).body).toEqual(USELESS)
    expect(tried).toBe(1)
    const reasons = events.flatMap((event) => (event.type === 'second_factor_refused' ? [event.reason] : []))
    expect(reasons).toEqual(['used_up', 'used_up', 'revoked_meanwhile'])
  })

  test('takes a wrong answer for what it is, and goes on until its attempts are used up', async () => {
    const { url, events } = await startSecondFactorServer()
    const mfaToken = await mfaTokenFrom(url)
    for (let attempt = 1; attempt <= 5; attempt++) {
      const { status, body } = await answerSecondFactor(url, mfaToken, wrongCode())
      expect([status, body]).toEqual([400, WRONG_ANSWER])
    }
    expect((await answerSecondFactor(url, mfaToken, rightCode())).body).toEqual(USELESS)
    expect((await answerSecondFactor(url, await mfaTokenFrom(url), rightCode())).status).toBe(200)
    const reasons = events.flatMap((event) => (event.type === 'second_factor_refused' ? [event.reason] : []))
    expect(reasons).toEqual([...Array<string>(5).fill('wrong_answer'), 'used_up'])
  })

  test('is of use to the client that it was given to, and to no other', async () => {
    const { url } = await startSecondFactorServer()
    const mfaToken = await mfaTokenFrom(url)
    const foreign = await answerSecondFactor(url, mfaToken, rightCode(), basic(otherBackend))
    expect([foreign.status, foreign.body]).toEqual([400, USELESS])
    expect((await answerSecondFactor(url, mfaToken, rightCode())).status).toBe(200)
  })

  test('expires', async () => {
    const { url } = await startSecondFactorServer({ secondFactor: { ...secondFactor, lifetime: 1 } })
    const mfaToken = await mfaTokenFrom(url)
    await sleep(2000)
    expect((await answerSecondFactor(url, mfaToken, rightCode())).body).toEqual(USELESS)
  })

  test('tells whoever has not given the password nothing: what he makes up gets one answer, and no code is tried', async () => {
    let asked = 0
    const count = () => {
      asked += 1
      return undefined
    }
    const { url } = await startSecondFactorServer({ secondFactor: { verify: count, findUser: count } })
    const login = await requestToken(url, { ...passwordLogin, ...bob }, client)
    const { id, mfaKey, refreshKey } = signingKey('signingKeys', signingSecret)
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer,
      aud: issuer,
      sub: 'alice',
      client_id: webBackend.id,
      scope: '',
      jti: 'a',
      exp: now + 60,
    }
    const header = { alg: 'HS256', typ: 'mfa+jwt', kid: id }
    const forgeries = [
      'garbage',
      String(login.body['access_token']),
      String(login.body['refresh_token']),
      forgedJwt(header, claims, refreshKey.signWith),
      forgedJwt({ ...header, typ: 'rt+jwt' }, claims, mfaKey.signWith),
      forgedJwt({ ...header, kid: 'other' }, claims, mfaKey.signWith),
      forgedJwt(header, { ...claims, exp: now - 1 }, mfaKey.signWith),
      forgedJwt(header, { ...claims, exp: undefined }, mfaKey.signWith),
      forgedJwt(header, { ...claims, client_id: undefined }, mfaKey.signWith),
      forgedJwt(header, { ...claims, aud: 'http://127.0.0.1/contacts' }, mfaKey.signWith),
      forgedJwt(header, { ...claims, jti: undefined }, mfaKey.signWith),
      'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.',
    ]
    const answers = await Promise.all(forgeries.map((token) => answerSecondFactor(url, token, rightCode())))
    expect(answers.map(({ status, text }) => [status, text])).toEqual(
      forgeries.map(() => [400, JSON.stringify(USELESS)]),
    )
    expect(asked).toBe(0)
  })

  test('is no token at the introspection and the revocation endpoint, nor for the guard', async () => {
    const { url } = await startSecondFactorServer()
    const mfaToken = await mfaTokenFrom(url)
    expect((await postForm(`${url}/introspect`, { token: mfaToken }, client)).body).toEqual({ active: false })
    expect((await postForm(`${url}/revoke`, { token: mfaToken }, client)).status).toBe(200)
    const form = { grant_type: 'refresh_token', refresh_token: mfaToken }
    expect((await requestToken(url, form, client)).body['error']).toBe('invalid_grant')
    expect((await answerSecondFactor(url, mfaToken, rightCode())).status).toBe(200)
  })

  test('lives on when another key begins to sign, and ends with the key that signed it', async () => {
    const { url, oauth } = await startSecondFactorServer()
    const [first, second] = [await mfaTokenFrom(url), await mfaTokenFrom(url)]
    const next = 'the-next-signing-secret-of-32-bytes-or-more'
    await oauth.keys.reload([next, signingSecret])
    expect((await answerSecondFactor(url, first, rightCode())).status).toBe(200)
    await oauth.keys.reload(next)
    expect((await answerSecondFactor(url, second, rightCode())).body).toEqual(USELESS)
  })

  test('is of no use to a user who was disabled meanwhile', async () => {
    for (const gone of [undefined, null, false] as const) {
      const { url, events } = await startSecondFactorServer({ secondFactor: { ...secondFactor, findUser: () => gone } })
      expect((await answerSecondFactor(url, await mfaTokenFrom(url), rightCode())).body).toEqual(USELESS)
      expect(events.at(-1)).toMatchObject({ type: 'second_factor_refused', reason: 'user_refused' })
    }
  })

  test('grants no scope that the client has lost meanwhile', async () => {
    let scopes = ['contacts.read', 'contacts.write']
    const { url } = await startSecondFactorServer({ clients: () => ({ ...webBackend, scopes }) })
    const { body } = await requestToken(url, { ...passwordLogin, scope: scopes.join(' ') }, client)
    scopes = ['contacts.write']
    const whole = await answerSecondFactor(url, String(body['mfa_token']), rightCode())
    expect(whole.body['scope']).toBe('contacts.write')
  })
})

describe('guesses of the second factor', () => {
  test('are limited by user although each right password makes a new mfa_token: of 30 at once, 10 are tried', async () => {
    let tried = 0
    const verify = async () => {
      tried += 1
      await sleep(20)
      return false
    }
    const { url, events } = await startSecondFactorServer({ secondFactor: { verify, findUser } })
    const mfaTokens = await Promise.all(Array.from({ length: 30 }, () => mfaTokenFrom(url)))
    const answers = await Promise.all(mfaTokens.map((token) => answerSecondFactor(url, token, wrongCode())))
    expect(tried).toBe(10)
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(20)
    expect(refused[0]?.body['error']).toBe('temporarily_unavailable')
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(events.filter((event) => event.type === 'limit_reached' && event.limit === 'secondFactor')).toHaveLength(20)
    expect((await answerSecondFactor(url, await mfaTokenFrom(url), rightCode())).status).toBe(429)
  })

  test('with one mfa_token at once are no more than its attempts, whatever the limit by user', async () => {
    let tried = 0
    const verify = async () => {
      tried += 1
      await sleep(20)
      return false
    }
    const { url } = await startSecondFactorServer({ secondFactor: { verify, findUser, attempts: 3 }, limits: false })
    const mfaToken = await mfaTokenFrom(url)
    await Promise.all(Array.from({ length: 30 }, () => answerSecondFactor(url, mfaToken, wrongCode())))
    expect(tried).toBe(3)
  })

  test('are not made up for by a success, which itself counts for nothing', async () => {
    const { url } = await startSecondFactorServer({ limits: { secondFactor: { limit: 3 } } })
    const answer = async (code: string) => (await answerSecondFactor(url, await mfaTokenFrom(url), code)).status
    for (let time = 0; time < 5; time++) expect(await answer(rightCode())).toBe(200)
    expect([await answer(wrongCode()), await answer(wrongCode())]).toEqual([400, 400])
    expect(await answer(rightCode())).toBe(200)
    expect([await answer(wrongCode()), await answer(rightCode())]).toEqual([400, 429])
  })

  test('count if verify throws an OAuthError, which the client receives, and not while verify throws other errors within the limit', async () => {
    let failing = true
    const verify = () => {
      if (failing) throw new Error('the database is down')
      throw new OAuthError('access_denied', 'Wrong code')
    }
    const limits = { secondFactor: { limit: 2 } }
    const { url } = await startSecondFactorServer({
      secondFactor: { verify, findUser },
      limits,
      onError: () => undefined,
    })
    const answer = async () => (await answerSecondFactor(url, await mfaTokenFrom(url), '1')).status
    expect([await answer(), await answer()]).toEqual([500, 500])
    failing = false
    expect([await answer(), await answer(), await answer()]).toEqual([403, 403, 429])
  })

  test.each([
    ['an Error', () => new Error('invalid credentials')],
    ['an OAuthError of a 500', () => new OAuthError('server_error', 'invalid credentials')],
  ])(
    'whose check throws %s are tried twice as often as the limit and no more, each is a 500, and the operator learns why',
    async (_what, thrown) => {
      let tried = 0
      const verify = () => {
        tried += 1
        throw thrown()
      }
      const { url, events } = await startSecondFactorServer({
        secondFactor: { verify, findUser },
        limits: { secondFactor: { limit: 3 } },
        onError: () => undefined,
      })
      const statuses: number[] = []
      for (let time = 0; time < 10; time++)
        statuses.push((await answerSecondFactor(url, await mfaTokenFrom(url), '1')).status)
      expect(statuses).toEqual([...Array<number>(6).fill(500), ...Array<number>(4).fill(429)])
      expect(tried).toBe(6)
      expect(events.filter(({ type }) => type === 'misconfigured')).toMatchObject([
        { misconfiguration: 'check_throws' },
      ])
    },
  )

  test('are counted by this process where the store of the limiter is down', async () => {
    const fault = () => Promise.reject(new Error('down'))
    const store = () => ({ increment: fault, decrement: fault, resetKey: fault, get: fault })
    const { url, events } = await startSecondFactorServer({
      limits: { store, secondFactor: { limit: 2 } },
      onError: () => undefined,
    })
    const answers = []
    for (let time = 0; time < 3; time++)
      answers.push(await answerSecondFactor(url, await mfaTokenFrom(url), wrongCode()))
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 429])
    expect(events.some((event) => event.type === 'store_failed' && event.store === 'secondFactor')).toBe(true)
  })
})

describe('what verify answers', () => {
  const verdicts: unknown[] = [
    0,
    1,
    '',
    'true',
    {},
    [],
    ['pwd'],
    { valid: true },
    { valid: false },
    { amr: [] },
    { amr: 'otp' },
  ]
  test.each([...verdicts, { amr: [''] }, { amr: ['otp'], delta: 0 }, { acr: '' }, { acr: 5 }, { amr: undefined }])(
    'lets nobody in where it is neither yes nor no: %j',
    async (verdict) => {
      const errors: unknown[] = []
      const verify = () => verdict as MaybePromise<boolean> // as a caller without TypeScript may
      const { url } = await startSecondFactorServer({
        secondFactor: { verify, findUser },
        onError: (error) => errors.push(error),
      })
      const { status } = await answerSecondFactor(url, await mfaTokenFrom(url), rightCode())
      expect(status).toBe(500)
      expect(String(errors[0])).toContain('secondFactor.verify must answer true, false, or')
    },
  )

  test.each([false, null, undefined])('is a wrong answer where it is %s', async (verdict) => {
    const { url } = await startSecondFactorServer({ secondFactor: { verify: () => verdict, findUser } })
    expect((await answerSecondFactor(url, await mfaTokenFrom(url), rightCode())).body).toEqual(WRONG_ANSWER)
  })
})

describe('a request to answer a second factor', () => {
  test('needs an mfa_token and an otp, neither with control characters, and none in the query string', async () => {
    const { url } = await startSecondFactorServer()
    const mfaToken = await mfaTokenFrom(url)
    const form = { grant_type: MFA_GRANT_TYPE, mfa_token: mfaToken, otp: rightCode() }
    const refused = await Promise.all([
      requestToken(url, { ...form, otp: '' }, client),
      requestToken(url, { ...form, mfa_token: '' }, client),
      requestToken(url, { ...form, otp: '12\u00003456' }, client),
      requestToken(url, { ...form, otp: '1'.repeat(5000) }, client),
      postForm(`${url}/token?otp=${form.otp}`, form, client),
    ])
    expect(refused.map(({ status, body }) => [status, body['error']])).toEqual(
      refused.map(() => [400, 'invalid_request']),
    )
    expect((await requestToken(url, form, client)).status).toBe(200)
  })

  test('is for clients that may use the password grant', async () => {
    const clients = [{ ...webBackend, grantTypes: ['refresh_token' as const] }]
    const { url } = await startSecondFactorServer({ clients })
    const { status, body } = await answerSecondFactor(url, 'token', '123456')
    expect([status, body['error']]).toEqual([400, 'unauthorized_client'])
  })
})

describe('an address', () => {
  test('is known from the second factor on, and not by the password alone', async () => {
    const { url } = await startSecondFactorServer({
      clients: [{ ...webBackend, endUserAddress: true }],
      limits: { user: { limit: 2 } },
    })
    const from = (address: string) => ({ ...client, 'end-user-address': address })
    const [home, halfWay] = [from('198.51.100.7'), from('198.51.100.8')]
    expect((await answerSecondFactor(url, await mfaTokenFrom(url, home), rightCode(), home)).status).toBe(200)
    await mfaTokenFrom(url, halfWay)
    for (const guesser of ['192.0.2.1', '192.0.2.2']) {
      expect((await requestToken(url, { ...passwordLogin, password: 'wrong' }, from(guesser))).status).toBe(400)
    }
    expect((await requestToken(url, passwordLogin, home)).status).toBe(403)
    expect((await requestToken(url, passwordLogin, halfWay)).status).toBe(429)
  })
})

describe('a store that fails to spend', () => {
  test.each(['the attempt', 'the mfa_token'])('%s is a 503, and no token', async (which) => {
    const store = new MemoryGrantStore()
    const spend = store.spend.bind(store)
    store.spend = (spending) => {
      if (spending.id.includes('.') === (which === 'the attempt')) throw new Error('down')
      return spend(spending)
    }
    const { url, oauth } = await startSecondFactorServer({ grantStore: store, onError: () => undefined })
    const { status, body } = await answerSecondFactor(url, await mfaTokenFrom(url), rightCode())
    expect([status, body['error']]).toEqual([503, 'temporarily_unavailable'])
    expect(await oauth.grants.list(alice.username)).toEqual([])
  })
})

describe('a TOTP code', () => {
  test('that was used is not taken twice, where the application remembers the last time step', async () => {
    const { authenticator } = await import('./second-factor-server.js')
    let lastStep = -1
    const verify = (_user: unknown, code: string) => {
      const delta = authenticator.validate({ token: code, window: 1 })
      const step = delta === null ? -1 : authenticator.counter() + delta
      if (step <= lastStep) return false
      lastStep = step
      return true
    }
    const { url } = await startSecondFactorServer({ secondFactor: { verify, findUser } })
    const code = rightCode()
    expect((await answerSecondFactor(url, await mfaTokenFrom(url), code)).status).toBe(200)
    expect((await answerSecondFactor(url, await mfaTokenFrom(url), code)).body).toEqual(WRONG_ANSWER)
  })
})

describe('requireSecondFactor', () => {
  test('is understood from a Passport strategy', async () => {
    const { default: passport } = await import('passport')
    const { Strategy } = await import('passport-local')
    const own = new passport.Passport()
    own.use(
      new Strategy((name, password, done) => {
        done(null, password === alice.password && requireSecondFactor({ id: name }))
      }),
    )
    const { url } = await startSecondFactorServer({
      authenticateUser: undefined as never,
      userStrategy: 'local',
      passport: own,
    })
    expect((await answerSecondFactor(url, await mfaTokenFrom(url), rightCode())).status).toBe(200)
  })
})
