import { setTimeout as sleep } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import passport from 'passport'
import { BasicStrategy } from 'passport-http'
import { Strategy as LocalStrategy } from 'passport-local'
import { Strategy as ClientPasswordStrategy } from 'passport-oauth2-client-password'
import { describe, expect, test } from 'vitest'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'

const login = { grant_type: 'password', ...alice }

function localPassport(
  verify: (username: string, password: string, done: (error: unknown, user?: object | false) => void) => unknown,
) {
  const instance = new passport.Passport()
  instance.use(new LocalStrategy(verify))
  return instance
}

function isAlice(username: string, password: string): object | false {
  return username === alice.username && password === alice.password && { id: username }
}

describe.each([5, 4] as const)('an existing Passport setup in an Express %i app', (express) => {
  test('authenticates users by its LocalStrategy, called local', async () => {
    const { url } = await startTokenServer(
      {
        userStrategy: 'local',
        passport: localPassport((username, password, done) => {
          done(null, isAlice(username, password))
        }),
      },
      { express },
    )
    const answer = await requestToken(url, login, basic(webBackend))
    expect(decodeJwt(String(answer.body['access_token'])).sub).toBe('alice')
    const wrong = await requestToken(url, { ...login, password: 'wrong' }, basic(webBackend))
    expect([wrong.status, wrong.body['error']]).toEqual([400, 'invalid_grant'])
  })

  test('may have told its LocalStrategy other names of fields', async () => {
    const instance = new passport.Passport()
    instance.use(
      new LocalStrategy(
        { usernameField: 'email', passwordField: 'passwd', passReqToCallback: true },
        (request, email, password, done) => {
          done(null, request.method === 'POST' && isAlice(email, password))
        },
      ),
    )
    const { url } = await startTokenServer({ userStrategy: 'local', passport: instance }, { express })
    expect((await requestToken(url, login, basic(webBackend))).status).toBe(200)
  })

  test('is not swapped when 300 users log in at once through it', async () => {
    const { url } = await startTokenServer(
      {
        userStrategy: 'local',
        passport: localPassport((username, _password, done) => {
          setTimeout(() => {
            done(null, { id: username })
          }, Math.random() * 30)
        }),
      },
      { express },
    )
    const names = Array.from({ length: 300 }, (_, index) => `user-${index}`)
    const subjects = await Promise.all(
      names.map(async (username) => {
        const answer = await requestToken(url, { ...login, username }, basic(webBackend))
        return decodeJwt(String(answer.body['access_token'])).sub
      }),
    )
    expect(subjects).toEqual(names)
  })

  const troubles: [string, (done: (error: unknown) => void) => unknown][] = [
    [
      'done with an error',
      (done: (error: unknown) => void) => {
        done(new Error('hunter2'))
      },
    ],
    [
      'a throw',
      () => {
        throw new Error('hunter2')
      },
    ],
    [
      'a rejection',
      async () => {
        await sleep(1)
        throw new Error('hunter2')
      },
    ],
    ['a rejection at once', () => Promise.reject(new Error('hunter2'))],
  ]

  test.each(troubles)('answers 500 and does not hang or crash after %s', async (_what, verify) => {
    const unhandled: unknown[] = []
    const note = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', note)
    const errors: unknown[] = []
    const { url } = await startTokenServer(
      {
        userStrategy: 'local',
        passport: localPassport((...args) => verify(args[2])),
        onError: (error) => errors.push(error),
      },
      { express },
    )
    const answer = await requestToken(url, login, basic(webBackend))
    await sleep(5)
    process.off('unhandledRejection', note)
    expect([answer.status, answer.body['error']]).toEqual([500, 'server_error'])
    expect(answer.text).not.toContain('hunter2')
    expect(String(errors[0])).toContain('hunter2')
    expect(unhandled).toEqual([])
  })

  test.each(['pass', 'redirect'] as const)('answers 500 where a strategy calls %s', async (act) => {
    const instance = new passport.Passport()
    class Strange extends passport.Strategy {
      override authenticate(this: this & { pass(): void; redirect(url: string): void }): void {
        if (act === 'pass') this.pass()
        else this.redirect('https://login.example.com')
      }
    }
    instance.use('strange', new Strange())
    const errors: unknown[] = []
    const { url } = await startTokenServer(
      { userStrategy: 'strange', passport: instance, onError: (error) => errors.push(error) },
      { express },
    )
    const answer = await requestToken(url, login, basic(webBackend))
    expect([answer.status, answer.body['error']]).toEqual([500, 'server_error'])
    expect(answer.headers.get('location')).toBeNull()
    expect(String(errors[0])).toMatch(act === 'pass' ? /pass\(\)/ : /redirected/)
  })

  test('authenticates clients by its Basic and oauth2-client-password strategies, one guess a request', async () => {
    const guesses: string[] = []
    const isClient = (id: string, secret: string) => {
      guesses.push(id)
      return id === webBackend.id && secret === webBackend.secret && { id, scopes: ['contacts.read'] }
    }
    const instance = new passport.Passport()
    instance.use(
      new BasicStrategy((id, secret, done) => {
        done(null, isClient(id, secret))
      }),
    )
    instance.use(
      new ClientPasswordStrategy((id, secret, done) => {
        done(null, isClient(id, secret))
      }),
    )
    const { url } = await startTokenServer(
      { clientStrategies: { basic: 'basic', body: 'oauth2-client-password' }, passport: instance },
      { express },
    )
    const inBody = { client_id: webBackend.id, client_secret: webBackend.secret }
    expect((await requestToken(url, login, basic(webBackend))).status).toBe(200)
    expect((await requestToken(url, { ...login, ...inBody })).status).toBe(200)
    expect((await requestToken(url, { ...login, ...inBody, scope: 'contacts.write' })).body['error']).toBe(
      'invalid_scope',
    )
    const encoded = `Basic ${Buffer.from(`web%2Dbackend:${webBackend.secret}`).toString('base64')}`
    expect((await requestToken(url, login, { authorization: encoded })).status).toBe(200)
    guesses.length = 0
    expect((await requestToken(url, { ...login, ...inBody }, basic(webBackend))).status).toBe(400)
    expect(guesses).toEqual([])
    expect((await requestToken(url, { ...login, ...inBody, client_secret: 'wrong' })).status).toBe(401)
    expect(guesses).toEqual([webBackend.id])
    guesses.length = 0
    const refused = [
      requestToken(url, login, basic({ ...webBackend, secret: `${webBackend.secret}:more` })),
      requestToken(url, login, basic({ ...webBackend, secret: '' })),
      requestToken(url, login, { authorization: basic(webBackend).authorization.replace('Basic', 'XBasicX') }),
      requestToken(url, { ...login, client_id: webBackend.id }),
    ]
    expect((await Promise.all(refused)).map(({ status }) => status)).toEqual([401, 401, 401, 401])
    expect(guesses).toEqual([])
  })

  test('keeps its own strategies, user, session and authInfo', async () => {
    const instance = localPassport((username, password, done) => {
      done(null, isAlice(username, password))
    })
    const strategies = JSON.stringify(Object.keys(Reflect.get(instance, '_strategies') as object))
    const seen: unknown[] = []
    const { url } = await startTokenServer(
      { userStrategy: 'local', passport: instance },
      {
        express,
        before: (app) => {
          app.use(instance.initialize())
          app.use((request, response, next) => {
            Object.assign(request, {
              user: 'the application’s',
              session: 'the application’s',
              authInfo: 'the application’s',
            })
            response.on('finish', () => {
              seen.push(Reflect.get(request, 'user'), Reflect.get(request, 'session'), Reflect.get(request, 'authInfo'))
            })
            next()
          })
        },
      },
    )
    expect((await requestToken(url, login, basic(webBackend))).status).toBe(200)
    expect(seen).toEqual(Array(3).fill('the application’s'))
    expect(JSON.stringify(Object.keys(Reflect.get(instance, '_strategies') as object))).toBe(strategies)
  })
})
