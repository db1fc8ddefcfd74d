import express from 'express'
import { describe, expect, test } from 'vitest'
import { OAuthError, requireSecondFactor, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { alice, postForm } from '../start-server.js'
import {
  answerSecondFactor,
  findUser,
  mfaTokenFrom,
  rightCode,
  secondFactor,
  startSecondFactorServer,
  wrongCode,
} from './second-factor-server.js'

/** A server whose own form logs in by `oauth.authenticate` and `oauth.authenticateSecondFactor`. */
async function startFormServer(overrides: Partial<OAuthPasswordGrantOptions> = {}) {
  return startSecondFactorServer(overrides, {
    after: (app, oauth) => {
      const answering =
        (login: (body: Record<string, unknown>, req: express.Request) => Promise<unknown>): express.RequestHandler =>
        (req, res) => {
          login(req.body as Record<string, unknown>, req).then(
            (user) => res.json(user),
            (error: unknown) => {
              if (!(error instanceof OAuthError)) throw error
              res.status(error.status).json({ error: error.code, error_description: error.message, ...error.members })
            },
          )
        }
      app.use(express.urlencoded({ extended: true }))
      app.post(
        '/login',
        answering(({ username, password }, req) => oauth.authenticate(username, password, req)),
      )
      app.post(
        '/login/code',
        answering(({ mfa, code }, req) => oauth.authenticateSecondFactor(mfa, code, req)),
      )
    },
  })
}

const logIn = (url: string) => postForm(`${url}/login`, { ...alice })
const mfaTokenOfForm = async (url: string) => String((await logIn(url)).body['mfa_token'])
const answer = (url: string, mfa: string, code: string) => postForm(`${url}/login/code`, { mfa, code })

describe('the second factor at a form of the application', () => {
  test('is asked for after the right password, and ends in the user', async () => {
    const { url, events, oauth } = await startFormServer()
    const half = await logIn(url)
    expect([half.status, half.body['error']]).toEqual([403, 'mfa_required'])
    const mfa = String(half.body['mfa_token'])
    expect((await answer(url, mfa, wrongCode())).body).toMatchObject({ error: 'invalid_grant' })
    const whole = await answer(url, mfa, rightCode())
    expect([whole.status, whole.body]).toEqual([200, { id: 'alice' }])
    expect((await answer(url, mfa, rightCode())).body).toMatchObject({ error: 'invalid_grant' })
    expect(events.map(({ type }) => type)).toEqual([
      'second_factor_required',
      'second_factor_refused',
      'user_authenticated',
      'second_factor_refused',
    ])
    expect(events[2]).toMatchObject({ subject: 'alice', userKey: expect.any(String) as string })
    expect(await oauth.grants.list('alice')).toEqual([])
  })

  test('takes no mfa_token of a client, nor a client one of the form', async () => {
    const { url } = await startFormServer()
    const [ofForm, ofClient] = [await mfaTokenOfForm(url), await mfaTokenFrom(url)]
    expect((await answer(url, ofClient, rightCode())).body).toMatchObject({ error: 'invalid_grant' })
    expect((await answerSecondFactor(url, ofForm, rightCode())).body).toMatchObject({ error: 'invalid_grant' })
    expect((await answer(url, ofForm, rightCode())).status).toBe(200)
    expect((await answerSecondFactor(url, ofClient, rightCode())).status).toBe(200)
  })

  test('shares its limit by user with the token endpoint', async () => {
    const { url } = await startFormServer({ limits: { secondFactor: { limit: 2 } } })
    expect((await answer(url, await mfaTokenOfForm(url), wrongCode())).status).toBe(400)
    expect((await answerSecondFactor(url, await mfaTokenFrom(url), wrongCode())).status).toBe(400)
    expect((await answer(url, await mfaTokenOfForm(url), rightCode())).status).toBe(429)
  })

  test('lets one of twenty right answers at once in', async () => {
    const { url } = await startFormServer({
      limits: { secondFactor: false },
      secondFactor: { ...secondFactor, attempts: 20 },
    })
    const mfa = await mfaTokenOfForm(url)
    const code = rightCode()
    const answers = await Promise.all(Array.from({ length: 20 }, () => answer(url, mfa, code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('is refused while logins are stopped, at the token endpoint too', async () => {
    const { url, oauth } = await startFormServer()
    const [ofForm, ofClient] = [await mfaTokenOfForm(url), await mfaTokenFrom(url)]
    oauth.logins.stop()
    expect((await answer(url, ofForm, rightCode())).status).toBe(503)
    expect((await answerSecondFactor(url, ofClient, rightCode())).status).toBe(503)
    oauth.logins.resume()
    expect((await answer(url, ofForm, rightCode())).status).toBe(200)
    expect((await answerSecondFactor(url, ofClient, rightCode())).status).toBe(200)
  })

  test('makes the named address of the end user a known one', async () => {
    const { url } = await startSecondFactorServer(
      { limits: { user: { limit: 1 } } },
      {
        after: (app, { authenticate, authenticateSecondFactor }) => {
          app.use(express.urlencoded({ extended: false }))
          app.post('/backend', (req, res) => {
            const { username, password, code, address } = req.body as Record<string, string>
            const options = { endUserAddress: address }
            authenticate(username, password, req, options)
              .catch((error: unknown) => {
                if (!(error instanceof OAuthError) || error.code !== 'mfa_required') throw error
                return authenticateSecondFactor(error.members['mfa_token'], code, req, options)
              })
              .then(
                () => res.sendStatus(200),
                (error: unknown) => res.sendStatus(error instanceof OAuthError ? error.status : 500),
              )
          })
        },
      },
    )
    const from = async (address: string, password = alice.password) => {
      const body = new URLSearchParams({ ...alice, password, code: rightCode(), address })
      return (await fetch(`${url}/backend`, { method: 'POST', body })).status
    }
    expect(await from('192.0.2.1')).toBe(200)
    expect(await from('192.0.2.2', 'wrong')).toBe(400)
    expect(await from('192.0.2.3')).toBe(429)
    expect(await from('192.0.2.1')).toBe(200)
  })

  test('wants one text for each field, and the request', async () => {
    const { url, oauth } = await startFormServer()
    const mfa = await mfaTokenOfForm(url)
    for (const body of [
      '',
      `mfa=${mfa}`,
      'code=123456',
      `mfa=${mfa}&code[]=1`,
      `mfa=${mfa}&code[$ne]=1`,
      `mfa=${mfa}&code=%00`,
    ]) {
      const { status, body: refused } = await postForm(`${url}/login/code`, body)
      expect([status, refused['error']]).toEqual([400, 'invalid_request'])
    }
    await expect(oauth.authenticateSecondFactor(mfa, '1', undefined as never)).rejects.toThrow(TypeError)
  })

  test('is a 500 at the form, and a TypeError at the answer, where none is offered', async () => {
    const { url, oauth } = await startFormServer({
      authenticateUser: (username) => requireSecondFactor(findUser(username)),
      secondFactor: undefined as never,
      onError: () => undefined,
    })
    expect((await logIn(url)).status).toBe(500)
    await expect(oauth.authenticateSecondFactor('', '', undefined as never)).rejects.toThrow(/secondFactor/)
  })
})
