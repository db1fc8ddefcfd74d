import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DatabaseSync } from '@photostructure/sqlite'
import { demo } from '../../example-app/demo.js'
import { newDatabaseFile, startExampleApp } from './example-app.js'
import { Caller, type Outcome } from './load.js'

const { client, alice } = demo
const FORM = new URLSearchParams({ grant_type: 'password', username: alice.name, password: alice.password }).toString()

describe('a signal to the example-app', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'lets a login in flight be answered, takes no new one, and ends with 0 (%s)',
    async (signal) => {
      const app = await startExampleApp({})
      const login = await loginInFlight(app.url)

      app.signal(signal)
      await refusal(app.url)
      login.end(FORM)

      const [response] = (await once(login, 'response')) as [IncomingMessage]
      expect(response.statusCode).toBe(200)
      expect(await text(response)).toContain('access_token')
      expect(await app.ending).toMatchObject({ code: 0, stderr: '' })
    },
  )

  test('does not wait for connections that are kept alive or were never used', async () => {
    const app = await startExampleApp({})
    await fetch(`${app.url}/health`)
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1').on('error', () => undefined)
    await once(socket, 'connect')

    app.signal('SIGTERM')

    // It ends with 1 if something keeps it until the hard end.
    expect((await app.ending).code).toBe(0)
  })

  test('ends it there and then when it comes a second time', async () => {
    const app = await startExampleApp({})
    const login = await loginInFlight(app.url)
    login.on('error', () => undefined)

    app.signal('SIGTERM')
    await setTimeout(1000)
    app.signal('SIGTERM')

    expect((await app.ending).code).toBe(1)
  })

  test('counts once when it comes twice at once, as a Ctrl-C under npm does', async () => {
    const app = await startExampleApp({})
    const login = await loginInFlight(app.url)

    app.signal('SIGINT')
    await setTimeout(20) // at once they would arrive as one
    app.signal('SIGINT')
    await refusal(app.url)
    login.end(FORM)

    const [response] = (await once(login, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(200)
    expect((await app.ending).code).toBe(0)
  })
})

describe('a signal under load', () => {
  test('lets every request in flight be answered, refuses the later ones cleanly, and carries out none of those', async () => {
    const DATABASE_FILE = newDatabaseFile()
    const app = await startExampleApp({ DATABASE_FILE })
    const callers = Array.from(
      { length: 24 },
      (_, number) => new Caller(app.url, `192.0.2.${String(number)}`, { keepAlive: number % 2 === 0 }),
    )
    onTestFinished(() => {
      for (const caller of callers) caller.hangUp()
    })
    const sessions = await Promise.all(callers.slice(0, 12).map((caller) => sessionOf(caller)))
    const loginsBefore = sessions.length

    const load = Promise.all([
      ...sessions.map(({ caller, refreshToken }) => untilRefused(refreshing(caller, refreshToken))),
      ...callers.slice(12).map((caller) => untilRefused(() => caller.login())),
    ])
    await until(() => callers.every(({ outcomes }) => outcomes.length > 2))
    app.signal('SIGTERM')
    await load
    const { code, stdout, stderr } = await app.ending

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [, answered, inFlight] = /Answered (\d+) of (\d+)/.exec(stdout) ?? []
    expect(Number(inFlight)).toBeGreaterThan(0)
    expect(answered).toBe(inFlight)
    const outcomes = callers.flatMap((caller) => caller.outcomes)
    const refusals = outcomes.filter(({ status }) => status !== 200)
    expect(refusals.length).toBeGreaterThanOrEqual(callers.length)
    expect(refusals.filter((refusal) => !isClean(refusal))).toEqual([])

    const grants = grantsIn(DATABASE_FILE)
    const logins = callers.slice(12).flatMap((caller) => caller.outcomes.filter(({ status }) => status === 200))
    expect(grants.size).toBe(loginsBefore + logins.length)
    for (const { caller, id } of sessions) {
      const rotations = caller.outcomes.filter(({ status }) => status === 200).length - 1
      expect(grants.get(id)).toBe(rotations)
    }
  })

  test('refuses with a 503 what comes by a connection that was open before it', async () => {
    const app = await startExampleApp({})
    const login = await loginInFlight(app.url)
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1').setEncoding('utf8')
    await once(socket, 'connect')
    await fetch(`${app.url}/health`, { headers: { Connection: 'close' } }) // the server has taken that connection too

    app.signal('SIGTERM')
    await refusal(app.url)
    socket.write(`POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`)
    const answer = await text(socket)
    login.end(FORM)

    expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*\r\nConnection: close\r\n[^]*"error":"temporarily_unavailable"/)
    expect(await app.ending).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Answered 1 of 1, refused [1-9]\d* that came later\./) as string,
    })
  })
})

test('the example-app ends ten seconds after a signal whatever a client does', async () => {
  const app = await startExampleApp({})
  const login = await loginInFlight(app.url)
  login.on('error', () => undefined)
  const start = performance.now()

  app.signal('SIGTERM')

  expect((await app.ending).code).toBe(1)
  expect(performance.now() - start).toBeGreaterThan(9_000)
})

const hasNpm = spawnSync('npm', ['--version']).status === 0

test.skipIf(!hasNpm || process.platform === 'win32')(
  'npm start passes SIGTERM on and leaves nothing behind',
  async () => {
    const app = await startExampleApp({}, ['npm', 'start', '--ignore-scripts'])
    const port = Number(new URL(app.url).port)

    app.signal('SIGTERM')

    expect((await app.ending).code).toBe(0)
    const socket = connect(port, '127.0.0.1')
    await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED')
  },
)

/** A login whose head the server has and whose body it still waits for. */
async function loginInFlight(url: string): Promise<ClientRequest> {
  const login = request(`${url}/token`, {
    method: 'POST',
    auth: `${client.id}:${client.secret}`,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': String(FORM.length),
      Expect: '100-continue',
    },
  })
  onTestFinished(() => {
    login.destroy()
  })
  login.flushHeaders()
  await once(login, 'continue')
  return login
}

/** Resolves once the server takes no new connection. */
async function refusal(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(`${url}/health`, { headers: { Connection: 'close' } })
    } catch {
      return
    }
    await setTimeout(10)
  }
}

interface Session {
  readonly caller: Caller
  readonly id: string
  readonly refreshToken: string
}

async function sessionOf(caller: Caller): Promise<Session> {
  const { body } = await caller.login()
  const [, payload = ''] = String(body['access_token']).split('.')
  const { sid } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string } // the boundary
  return { caller, id: sid, refreshToken: String(body['refresh_token']) }
}

/** A refresh by the newest token each time. */
function refreshing(caller: Caller, first: string): () => Promise<Outcome> {
  let refreshToken = first
  return async () => {
    const outcome = await caller.refresh(refreshToken)
    if (outcome.status === 200) refreshToken = String(outcome.body['refresh_token'])
    return outcome
  }
}

/** Asks again and again until nobody is there; at most a thousand times. */
async function untilRefused(ask: () => Promise<Outcome>): Promise<void> {
  for (let time = 0; time < 1_000; time += 1) {
    if ((await ask()).status === 'ECONNREFUSED') return
    await setTimeout(5)
  }
}

/**
 * There is no connection, or it was cut before it brought any answer, or there is an answer that says so and ends the
 * connection. A login that waits too long on a busy machine is refused by a 503 too, at any time.
 */
function isClean({ status, connection, body }: Outcome): boolean {
  if (status !== 503) return status === 'ECONNREFUSED' || status === 'ECONNRESET' || status === 'EPIPE'
  const isOfEnd = body['error_description'] === 'The server is shutting down'
  return body['error'] === 'temporarily_unavailable' && (!isOfEnd || connection === 'close')
}

/** How often each grant was rotated. */
function grantsIn(file: string): ReadonlyMap<string, number> {
  const database = new DatabaseSync(file)
  const rows = database.prepare('select id, generation from oauth_grants').all() as { id: string; generation: number }[] // the boundary
  database.close()
  return new Map(rows.map(({ id, generation }) => [id, generation]))
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setTimeout(10)
}
