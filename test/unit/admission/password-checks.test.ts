import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { PasswordChecks, type PasswordCheckLimits } from '../../../lib/admission/password-checks.js'
import type { ShedReason } from '../../../lib/event.js'

/** Longer than all tests take: a check that is left behind must not reject in another file of the same process. */
const TIMEOUT_MS = 3_600_000

function newChecks(limits: Partial<PasswordCheckLimits> = {}) {
  const shed: ShedReason[] = []
  const checks = new PasswordChecks(
    { concurrency: 1, maxQueued: 10, queueTimeout: 10_000, timeout: TIMEOUT_MS, ...limits },
    (reason) => shed.push(reason),
  )
  return { checks, shed }
}

let logins = 0

/** A login of another user each time, unless one is named. */
function login(userKey = `user ${logins++}`, addressKey = '192.0.2.1') {
  return { response: new ServerResponse(new IncomingMessage(new Socket())), userKey, addressKey }
}

/** A check that ends when it is told to. */
function held<T>(answer: T) {
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => (end = resolve))
  return { check: () => ended.then(() => answer), end }
}

const never = () => new Promise<never>(() => undefined)

test('A check that fails, by a throw or a rejection, gives its place back.', async () => {
  const { checks } = newChecks()
  const failing = [
    checks.admit(() => {
      throw new Error('thrown')
    }, login()),
    checks.admit(() => Promise.reject(new Error('rejected')), login()),
  ]
  const outcomes = await Promise.allSettled(failing)
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await checks.admit(() => 'right', login())).toBe('right')
  expect([checks.inFlight, checks.waiting]).toEqual([0, 0])
})

test('Work that nobody waits for begins only once nobody is in line.', async () => {
  const { checks } = newChecks()
  const order: string[] = []
  const first = held('first')
  const running = checks.admit(first.check, login())
  const work = (name: string) => {
    order.push(name)
    return sleep(1)
  }
  checks.whenIdle(
    () => work('idle'),
    (error) => expect.fail(String(error)),
  )
  const waiting = ['second', 'third'].map((name) => checks.admit(() => work(name), login()))
  expect(order).toEqual([])
  first.end()
  await Promise.all([running, ...waiting])
  await vi.waitFor(() => {
    expect(checks.inFlight).toBe(0)
  })
  expect(order).toEqual(['second', 'third', 'idle'])
})

test('Work that nobody waits for is dropped where its turn does not come in time, and is told where it fails.', async () => {
  const { checks } = newChecks({ queueTimeout: 20 })
  const errors: unknown[] = []
  const first = held('first')
  const running = checks.admit(first.check, login())
  checks.whenIdle(
    () => Promise.reject(new Error('must not begin')),
    (error) => errors.push(error),
  )
  await sleep(60)
  first.end()
  await running
  expect(errors).toEqual([])
  checks.whenIdle(
    () => Promise.reject(new Error('it failed')),
    (error) => errors.push(error),
  )
  await sleep(5)
  expect(errors).toEqual([new Error('it failed')])
})

test('Whoever has gone takes no place: before the line, in it, or behind another answer on the connection.', async () => {
  const { checks, shed } = newChecks()
  const first = held('first')
  const running = checks.admit(first.check, login())
  const goneBefore = login()
  goneBefore.response.destroy()
  const goneInLine = login()
  const behind = login()
  const outcomes = Promise.allSettled([goneBefore, goneInLine, behind].map((one) => checks.admit(() => 'checked', one)))
  expect(checks.waiting).toBe(2)
  goneInLine.response.emit('close')
  expect(checks.waiting).toBe(1)
  behind.response.req.socket.destroy()
  const last = checks.admit(() => 'last', login())
  first.end()
  expect(await Promise.all([running, last])).toEqual(['first', 'last'])
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(shed).toEqual(['gone', 'gone', 'gone'])
})

test('Those who leave the line leave nothing behind on their response.', async () => {
  const { checks } = newChecks()
  const first = held('first')
  const running = checks.admit(first.check, login())
  const waiting = login()
  const before = waiting.response.listenerCount('close')
  const second = checks.admit(() => 'second', waiting)
  expect(waiting.response.listenerCount('close')).toBe(before + 1)
  first.end()
  await Promise.all([running, second])
  expect(waiting.response.listenerCount('close')).toBe(before)
})

test('Where nobody may wait, whoever finds no place is refused at once.', async () => {
  const { checks, shed } = newChecks({ maxQueued: 0 })
  void checks.admit(never, login())
  await expect(checks.admit(() => 'second', login())).rejects.toMatchObject({
    code: 'temporarily_unavailable',
    status: 503,
    headers: { 'Retry-After': '10' },
  })
  expect(shed).toEqual(['full'])
})
