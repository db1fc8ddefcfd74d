import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Request, Response } from 'express'
import { describe, expect, test, vi } from 'vitest'
import { EndpointRequest } from '../../../lib/endpoint/endpoint-request.js'
import type { LimitsOptions } from '../../../lib/options/limits.js'
import { readOptions } from '../../../lib/options/read-options.js'
import { reserveLogin } from '../../../lib/token-endpoint/reserve-login.js'
import { workingOptions } from '../working-options.js'

/** How a login ends: with a response, or because its client hung up before it was counted. */
type End = 'response' | 'hung up'

/** Logs in so often from an address; answers how many attempts were let through to the password. */
function logins(limits: LimitsOptions, end: End = 'response') {
  const step = reserveLogin(readOptions({ ...workingOptions(), limits }))
  return async (address: string, username: string, count = 1): Promise<number> => {
    let letThrough = 0
    for (let round = 0; round < count; round += 1) {
      const http = Object.assign(new IncomingMessage(new Socket()), { ip: address })
      const request = new EndpointRequest(http as Request, new ServerResponse(http) as Response) // as Express makes of them
      request.parameters.set('username', username)
      if (end === 'hung up') request.response.destroy()
      try {
        await step(request)
        letThrough += 1
        request.settleLogin()
      } catch (error) {
        expect(error).toMatchObject({ status: 429 })
      }
    }
    return letThrough
  }
}

describe('reserveLogin', () => {
  test('lets through as many attempts as a name may fail at an address', async () => {
    const attempt = logins({ userAndAddress: { limit: 10 } })
    expect(await attempt('192.0.2.1', 'alice', 50)).toBe(10)
    expect(await attempt('192.0.2.1', 'ALICE ')).toBe(0)
    expect(await attempt('192.0.2.1', 'bob')).toBe(1)
  })

  test('lets through as many attempts as a name may fail from anywhere', async () => {
    const attempt = logins({ userAndAddress: { limit: 10 }, user: { limit: 25 } })
    expect(await attempt('192.0.2.1', 'alice', 10)).toBe(10)
    expect(await attempt('192.0.2.2', 'alice', 10)).toBe(10)
    expect(await attempt('192.0.2.3', 'alice', 10)).toBe(5)
    expect(await attempt('192.0.2.4', 'bob')).toBe(1)
  })

  test('does not let one address lock a user out everywhere: what it is refused is no guess at the password', async () => {
    const attempt = logins({ userAndAddress: { limit: 10 }, user: { limit: 100 } })
    expect(await attempt('192.0.2.1', 'alice', 500)).toBe(10)
    expect(await attempt('198.51.100.7', 'alice')).toBe(1)
  })

  test('does not count against an address what was refused for the name everywhere', async () => {
    const attempt = logins({ userAndAddress: { limit: 1000 }, user: { limit: 5 } })
    await attempt('192.0.2.1', 'alice', 5)
    expect(await attempt('198.51.100.7', 'alice', 50)).toBe(0)
    expect(await attempt('198.51.100.7', 'bob')).toBe(1)
  })

  test('lets through as many attempts as an address may fail, of whatever names', async () => {
    const attempt = logins({ address: { limit: 30 } })
    for (let name = 0; name < 30; name += 1) expect(await attempt('2001:db8:0:1::1', `user-${name}`)).toBe(1)
    expect(await attempt('2001:db8:0:2::1', 'alice')).toBe(0)
    expect(await attempt('2001:db8:1::1', 'alice')).toBe(1)
  })

  test('lets nobody wait for a login whose client has gone', async () => {
    vi.useFakeTimers() // who waits, waits for ever
    try {
      const attempt = logins({ address: { limit: 3 } }, 'hung up')
      expect(await attempt('192.0.2.1', 'alice', 10)).toBe(3)
    } finally {
      vi.useRealTimers()
    }
  })

  test('does not count against a name what was refused for the address', async () => {
    const attempt = logins({ address: { limit: 1 }, userAndAddress: { limit: 2 }, user: { limit: 2 } })
    await attempt('192.0.2.1', 'bob')
    expect(await attempt('192.0.2.1', 'alice', 50)).toBe(0)
    expect(await attempt('198.51.100.7', 'alice')).toBe(1)
    expect(await attempt('198.51.100.8', 'alice')).toBe(1)
  })

  test('does not count against an address what was refused for a name', async () => {
    const attempt = logins({ address: { limit: 5 }, userAndAddress: { limit: 2 }, user: { limit: 3 } })
    expect(await attempt('192.0.2.1', 'alice', 50)).toBe(2)
    expect(await attempt('192.0.2.2', 'alice', 50)).toBe(1)
    expect(await attempt('192.0.2.1', 'bob', 50)).toBe(2)
    expect(await attempt('192.0.2.1', 'carol', 50)).toBe(1)
  })

  test('lets all through where the limits are off', async () => {
    const attempt = logins({ address: false, userAndAddress: false, user: false })
    expect(await attempt('192.0.2.1', 'alice', 200)).toBe(200)
  })
})
