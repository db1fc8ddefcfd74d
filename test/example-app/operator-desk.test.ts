import { channel } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import express from 'express'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { operatorDesk } from '../../example-app/operator-desk/operator-desk.js'
import { startServer } from '../start-server.js'
import { view } from './event-stream.js'
import { startExampleApp } from './example-app.js'
import { login } from './token-request.js'

describe('the operator’s desk is for its own machine alone', () => {
  test.each<[string, Record<string, string>]>([
    ['that a proxy passes on (X-Forwarded-For)', { 'X-Forwarded-For': '127.0.0.1' }],
    ['that a proxy passes on (Forwarded)', { Forwarded: 'for=127.0.0.1' }],
    ['that a proxy passes on (X-Real-IP)', { 'X-Real-IP': '127.0.0.1' }],
    ['that a proxy passes on (Via)', { Via: '1.1 proxy' }],
    ['of a page that leads its own name here', { Host: 'rebound.example' }],
    ['of a page that leads a name like ours here', { Host: 'localhost.rebound.example:80' }],
  ])('and refuses a request %s', async (_, headers) => {
    const { url } = await startServer(appWithDesk())

    for (const path of ['/', '/events', '/assets/operator-desk.js', '/assets/site.css'])
      expect(await statusOf(`${url}${path}`, headers)).toBe(403)
  })

  test.each(['127.0.0.1', 'localhost'])('where it is called %s', async (name) => {
    const { url } = await startServer(appWithDesk())

    expect(await statusOf(`${url}/`, { Host: `${name}:${new URL(url).port}` })).toBe(200)
  })

  test('and refuses a sender whose socket has no address', async () => {
    const socketPath = join(tmpdir(), `desk-${String(process.pid)}.sock`)
    const server = createServer(appWithDesk()).listen(socketPath)
    onTestFinished(() => {
      server.close()
    })
    await once(server, 'listening')

    const asked = request({ socketPath, path: '/', headers: { Host: 'localhost' } }).end()
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    response.resume()

    expect(response.statusCode).toBe(403)
  })

  test('and is not at the port that others reach, where a proxy that adds no headers would show it', async () => {
    const { url, deskUrl } = await startExampleApp({ HOST: '0.0.0.0', ISSUER: 'https://login.example' })
    const elsewhere = (from: string) => from.replace('127.0.0.1', '127.0.0.2')

    expect(await statusOf(`${deskUrl}/`, {})).toBe(200)
    for (const path of ['/desk', '/desk/events', '/events', '/assets/operator-desk.js'])
      expect(await statusOf(url + path, {})).toBe(404)
    expect((await fetch(`${elsewhere(url)}/health`)).status).toBe(200)
    await expect(fetch(`${elsewhere(deskUrl)}/`)).rejects.toThrow()
    expect(await (await fetch(`${url}/docs`)).text()).not.toContain(deskUrl)
  })
})

describe('the stream of the operator’s desk', () => {
  test('sends what is kept to a new viewer, and what happens from then on', async () => {
    const { url } = await startServer(appWithDesk())
    tell('client_refused')

    const viewer = await view(`${url}/events`)
    tell('server_error')

    await vi.waitFor(() => {
      expect(typesIn(viewer.sent)).toEqual(['client_refused', 'server_error'])
    })
    expect(viewer.sent[0]).toMatchObject({ name: 'opened', content: { goesOn: false } })
  })

  test('sends what was missed to a viewer who comes back', async () => {
    const { url } = await startServer(appWithDesk())
    const before = await view(`${url}/events`)
    tell('client_refused')
    await vi.waitFor(() => {
      expect(typesIn(before.sent)).toEqual(['client_refused'])
    })
    before.close()
    tell('server_error')

    const again = await view(`${url}/events`, { 'Last-Event-ID': before.sent.at(-1)?.id ?? '' })

    await vi.waitFor(() => {
      expect(typesIn(again.sent)).toEqual(['server_error'])
    })
    expect(again.sent[0]?.content).toEqual({ goesOn: true })
  })

  test.each(['another-run/1', 'garbage', ''])('starts anew for a viewer who last saw %j', async (lastSeen) => {
    const { url } = await startServer(appWithDesk())
    tell('client_refused')

    const viewer = await view(`${url}/events`, { 'Last-Event-ID': lastSeen })

    await vi.waitFor(() => {
      expect(typesIn(viewer.sent)).toEqual(['client_refused'])
    })
    expect(viewer.sent[0]?.content).toEqual({ goesOn: false })
  })

  test('keeps the last 200 of a thousand', async () => {
    const { url } = await startServer(appWithDesk())
    for (let n = 0; n < 1000; n += 1) tell('client_refused', { address: String(n) })

    const viewer = await view(`${url}/events`)

    await vi.waitFor(() => {
      expect(typesIn(viewer.sent)).toHaveLength(200)
    })
    expect(viewer.sent.find(({ name }) => name === 'happening')?.content['address']).toBe('800')
  })

  test('has room for twenty viewers, and for another as soon as one has gone', async () => {
    const { url } = await startServer(appWithDesk())
    const viewers = await Promise.all(Array.from({ length: 20 }, () => view(`${url}/events`)))
    expect(viewers.every(({ status }) => status === 200)).toBe(true)

    expect((await view(`${url}/events`)).status).toBe(503)

    viewers[0]?.close()
    await vi.waitFor(async () => {
      expect((await view(`${url}/events`)).status).toBe(200)
    })
  })

  test('sends a viewer away who does not read', async () => {
    const { url } = await startServer(appWithDesk())
    const viewer = await view(`${url}/events`)
    viewer.response.pause()
    const closed = new Promise((resolve) => viewer.response.once('close', resolve))

    for (let n = 0; n < 1_000; n += 1) tell('client_refused', { address: 'x'.repeat(10_000) })
    viewer.response.resume()

    await closed
    expect(viewer.response.complete).toBe(false)
  })

  test('tells each second how long logins take', async () => {
    const { url, deskUrl } = await startExampleApp({})
    const viewer = await view(`${deskUrl}/events`)

    await login(url, demo.alice)
    await login(url, { name: 'alice', password: 'wrong' })

    await vi.waitFor(
      () => {
        const seconds = viewer.sent.filter(({ name }) => name === 'second').map(({ content }) => content['values'])
        expect(seconds).toContainEqual(expect.objectContaining({ p50: expect.any(Number) as number }))
        const sum = (measure: string) =>
          seconds.reduce<number>((all, values) => all + ((values as Record<string, number>)[measure] ?? 0), 0)
        expect([sum('signedIn'), sum('wrongPassword'), sum('limited')]).toEqual([1, 1, 0])
      },
      { timeout: 10_000 },
    )
  })

  test('does not keep the process from ending', async () => {
    const app = await startExampleApp({})
    const viewer = await view(`${app.deskUrl}/events`)
    expect(viewer.status).toBe(200)

    app.signal('SIGTERM')

    // It ends with 1 if something keeps it until the hard end.
    expect(await app.ending).toMatchObject({ code: 0, stderr: '' })
  })
})

test('The desk adds up the counts of merged events.', async () => {
  const { url } = await startServer(appWithDesk())
  const viewer = await view(`${url}/events`)
  const refused = { reason: 'wrong_credentials', code: 'invalid_grant', clientId: 'web', requestId: undefined }
  tell('login_refused', { ...refused, userKey: 'abcdefghijk' })
  tell('login_refused', { ...refused, userKey: undefined, count: 980 })
  tell('limit_reached', { limit: 'user', count: 30 })

  await vi.waitFor(
    () => {
      const seconds = viewer.sent.filter(({ name }) => name === 'second').map(({ content }) => content['values'])
      const sum = (measure: string) =>
        seconds.reduce<number>((all, values) => all + ((values as Record<string, number>)[measure] ?? 0), 0)
      expect([sum('wrongPassword'), sum('limited'), sum('limit.user')]).toEqual([981, 30, 30])
    },
    { timeout: 10_000 },
  )
  const sentences = viewer.sent.map(({ content }) => content['sentence'])
  expect(sentences).toContainEqual(expect.stringMatching(/^980 times: A login for one of several names/))
})

test('The page of the desk lists what happened without a script, and takes nothing in it for HTML.', async () => {
  const { url } = await startServer(appWithDesk())
  tell('login_refused', { reason: 'wrong_credentials', clientId: '<script>alert(1)</script>', userKey: 'abcdefghijk' })

  const response = await fetch(`${url}/`)
  const page = await response.text()

  expect(page).toMatch(
    /login_refused[^]*A login for name #abcdefgh by way of &lt;script&gt;alert\(1\)&lt;\/script&gt; was refused/,
  )
  expect(page).not.toContain('<script>alert')
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self';")
})

function appWithDesk() {
  const desk = operatorDesk({
    passwordChecks: { inFlight: 0, waiting: 0 },
    links: { home: 'http://127.0.0.1:3000/', desk: 'http://127.0.0.1:4000', docs: 'http://127.0.0.1:3000/docs' },
  })
  return express().use(desk.pages)
}

/** Publishes an event, as the library does. */
function tell(type: string, more: Readonly<Record<string, unknown>> = {}): void {
  const event = {
    time: Date.now(),
    issuer: 'http://127.0.0.1',
    requestId: 'a-request',
    address: '127.0.0.1',
    type,
    count: 1,
    ...more,
  }
  channel('express-oauth-password-grant').publish(event)
}

function typesIn(sent: readonly { name: string; content: Readonly<Record<string, unknown>> }[]) {
  return sent.filter(({ name }) => name === 'happening').map(({ content }) => content['type'])
}

/** `fetch` does not let its caller choose the host. */
async function statusOf(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  const asked = request(url, { headers, agent: false }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const { statusCode } = response
  if (statusCode === 403) expect(await text(response)).toContain('for this machine alone')
  else response.destroy()
  return statusCode
}
