import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { OAuthEvent } from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'

const client = basic(webBackend)
const loginAs = (username: string) => ({ grant_type: 'password', username, password: alice.password })

/** An `authenticateUser` whose checks end when they are told to. */
function heldChecks() {
  const begun: string[] = []
  const ends: (() => void)[] = []
  return {
    begun,
    authenticateUser: async (username: string) => {
      begun.push(username)
      await new Promise<void>((resolve) => ends.push(resolve))
      return { id: username }
    },
    endOne: () => ends.shift()?.(),
    endAll: async () => {
      for (let idle = 0; idle < 20; idle++) {
        if (ends.length > 0) idle = 0
        ends.splice(0).forEach((end) => {
          end()
        })
        await sleep(5)
      }
    },
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2)
}

test('A burst far beyond the line is answered to the last: 200 for those that had a place, 503 at once for the others.', async () => {
  const checks = heldChecks()
  const events: OAuthEvent[] = []
  const { url, oauth } = await startTokenServer({
    authenticateUser: checks.authenticateUser,
    passwordChecks: { atOnce: 2, waiting: 10 },
    onEvent: (event) => events.push(event),
  })
  let refused = 0
  const burst = Array.from({ length: 200 }, async (_, index) => {
    const answer = await requestToken(url, loginAs(`user-${index}`), client)
    if (answer.status === 503) refused++
    return answer
  })
  // None of the checks has ended yet.
  await until(() => refused === 188)
  expect(oauth.passwordChecks).toEqual({ inFlight: 2, waiting: 10 })
  await checks.endAll()
  const answers = await Promise.all(burst)
  const shed = answers.filter(({ status }) => status === 503)
  expect([shed.length, answers.filter(({ status }) => status === 200).length]).toEqual([188, 12])
  for (const { body, headers } of shed) {
    expect(body['error']).toBe('temporarily_unavailable')
    expect(headers.get('retry-after')).toBe('10')
    expect(headers.get('cache-control')).toBe('no-store')
  }
  expect(checks.begun).toHaveLength(12)
  expect(oauth.passwordChecks).toEqual({ inFlight: 0, waiting: 0 })
  await until(() => sum(events) === 188)
  expect(events.find(({ type }) => type === 'load_shed')).toMatchObject({ reason: 'full', inFlight: 2, waiting: 10 })
  expect(events.filter(({ type }) => type === 'login_refused' || type === 'server_error')).toEqual([])
})

function sum(events: readonly OAuthEvent[]): number {
  return events.reduce((total, event) => total + (event.type === 'load_shed' ? event.count : 0), 0)
}
