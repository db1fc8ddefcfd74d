import { describe, expect, test } from 'vitest'
import { OAuthError, requireSecondFactor, type LoginContext } from '../../lib/index.js'
import { alice, bob, postForm, requestToken } from '../start-server.js'
import {
  answerSecondFactor,
  client,
  mfaTokenFrom,
  passwordLogin,
  rightCode,
  secondFactor,
  startSecondFactorServer,
  wrongCode,
} from './second-factor-server.js'
import { startSendingServer } from './sending-server.js'

const logIn = (url: string) => requestToken(url, passwordLogin, client)
const guess = (url: string) => requestToken(url, { ...passwordLogin, password: 'wrong' }, client)
const logInAtForm = (url: string) => postForm(`${url}/login`, { ...alice })

describe('secondFactor.sendCode', () => {
  test('is called with the user and the context, once for each right password that needs a second factor', async () => {
    const contexts: LoginContext[] = []
    const { url, sent } = await startSendingServer({}, (_user, context) => contexts.push(context))
    expect((await guess(url)).status).toBe(400)
    expect((await requestToken(url, { ...passwordLogin, username: 'nobody' }, client)).status).toBe(400)
    expect((await requestToken(url, { ...passwordLogin, ...bob }, client)).status).toBe(200)
    expect(sent).toEqual([])
    const mfaToken = await mfaTokenFrom(url)
    expect(sent).toEqual(['alice'])
    expect(contexts[0]).toMatchObject({ client: { id: 'web-backend' }, scope: 'contacts.read' })
    expect(contexts[0]?.request.path).toBe('/token')
    expect((await answerSecondFactor(url, mfaToken, rightCode())).status).toBe(200)
    expect(sent).toEqual(['alice'])
  })

  test('sends five codes in a quarter of an hour, at the token endpoint and at a form together, and then a 429 says when the next may be sent', async () => {
    const { url, sent, events } = await startSendingServer()
    for (const one of [logIn, logInAtForm, logIn, logInAtForm, logIn]) expect((await one(url)).status).toBe(403)
    for (const one of [logIn, logInAtForm]) {
      const { status, headers, body } = await one(url)
      expect([status, body['error']]).toEqual([429, 'temporarily_unavailable'])
      expect(body['error_description']).toBe('Too many codes were sent; try again later')
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(14 * 60)
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(15 * 60)
    }
    expect(sent).toHaveLength(5)
    const reached = events.filter(({ type }) => type === 'limit_reached')
    expect(reached).toMatchObject([{ limit: 'secondFactorPrompt' }, { limit: 'secondFactorPrompt' }])
    expect(events.filter(({ type }) => type === 'second_factor_required')).toHaveLength(5)
  })

  test('is limited by user: the codes of one use up nobody else\u2019s', async () => {
    const { url, sent } = await startSendingServer({
      limits: { secondFactorPrompt: { limit: 1 } },
      authenticateUser: (id) => requireSecondFactor({ id }),
    })
    for (const username of ['alice', 'bob', 'alice', 'bob'])
      await requestToken(url, { ...passwordLogin, username }, client)
    expect(sent).toEqual(['alice', 'bob'])
  })

  test('does not count a refused code as a failed login', async () => {
    const { url } = await startSendingServer({
      limits: { secondFactorPrompt: { limit: 1 }, userAndAddress: { limit: 3 } },
    })
    expect((await logIn(url)).status).toBe(403)
    for (let time = 0; time < 10; time++) expect((await logIn(url)).body['error_description']).toMatch(/codes/)
    for (let time = 0; time < 3; time++) expect((await guess(url)).status).toBe(400)
    expect((await guess(url)).body['error_description']).toMatch(/failed attempts/)
  })

  test('is not called once the limit of wrong answers is reached, and the 429 says when answers are accepted again', async () => {
    const { url, sent, events } = await startSendingServer({ limits: { secondFactor: { limit: 2, window: '1h' } } })
    const mfaToken = await mfaTokenFrom(url)
    await answerSecondFactor(url, mfaToken, wrongCode())
    await answerSecondFactor(url, mfaToken, wrongCode())
    const { status, headers } = await logIn(url)
    expect(status).toBe(429)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(59 * 60)
    expect(sent).toHaveLength(1)
    expect(events.at(-1)).toMatchObject({ type: 'limit_reached', limit: 'secondFactor' })
  })

  test('that throws is a 500, whose cause onError learns, and neither a code nor a failed login', async () => {
    let isDown = true
    const errors: unknown[] = []
    const { url, sent } = await startSendingServer(
      { limits: { userAndAddress: { limit: 2 } }, onError: (error) => errors.push(error) },
      () => {
        if (isDown) throw new Error('the SMS gateway is down')
      },
    )
    for (let time = 0; time < 5; time++) expect((await logIn(url)).status).toBe(500)
    expect(errors.map(String)).toEqual(Array(5).fill('Error: the SMS gateway is down'))
    isDown = false
    for (let time = 0; time < 5; time++) expect((await logIn(url)).status).toBe(403)
    expect(sent).toHaveLength(10)
  })

  test('that throws each time is called ten times at most: five errors do not count, and then they do', async () => {
    const { url, sent } = await startSendingServer({ onError: () => undefined }, () => {
      throw new Error('sent, and then failed')
    })
    const statuses: number[] = []
    for (let time = 0; time < 20; time++) statuses.push((await logIn(url)).status)
    expect(sent).toHaveLength(10)
    expect(statuses).toEqual([...Array<number>(10).fill(500), ...Array<number>(10).fill(429)])
  })

  test('that refuses by an OAuthError tells the client so, and the code counts', async () => {
    const { url, sent } = await startSendingServer({}, () => {
      throw new OAuthError('access_denied', 'No telephone number')
    })
    for (let time = 0; time < 5; time++)
      expect((await logIn(url)).body['error_description']).toBe('No telephone number')
    expect((await logIn(url)).status).toBe(429)
    expect(sent).toHaveLength(5)
  })

  test('is not limited where the application says so', async () => {
    for (const limits of [false, { secondFactorPrompt: false }] as const) {
      const { url, sent } = await startSendingServer({ limits })
      for (let time = 0; time < 12; time++) expect((await logIn(url)).status).toBe(403)
      expect(sent).toHaveLength(12)
    }
  })

  test('that is left out limits nothing: each right password gets an mfa_token', async () => {
    const { url } = await startSecondFactorServer({
      limits: { secondFactor: { limit: 1 }, secondFactorPrompt: { limit: 1 } },
    })
    await answerSecondFactor(url, await mfaTokenFrom(url), wrongCode())
    for (let time = 0; time < 12; time++) expect((await logIn(url)).status).toBe(403)
  })

  test('must be a function', async () => {
    await expect(
      startSecondFactorServer({ secondFactor: { ...secondFactor, sendCode: 'sms' as never } }),
    ).rejects.toThrow(/^secondFactor\.sendCode/)
  })
})
