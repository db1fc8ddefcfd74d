import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { startExampleApp } from './example-app.js'

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
    const start = performance.now()

    app.signal('SIGTERM')

    expect((await app.ending).code).toBe(0)
    expect(performance.now() - start).toBeLessThan(2000)
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
    await refusal(app.url)
    app.signal('SIGINT')
    await setTimeout(100)
    login.end(FORM)

    const [response] = (await once(login, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(200)
    expect((await app.ending).code).toBe(0)
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
