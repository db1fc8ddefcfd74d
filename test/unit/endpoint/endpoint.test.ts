import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Request, Response } from 'express'
import { describe, expect, test, vi } from 'vitest'
import { endpoint, inOrder, type Step } from '../../../lib/endpoint/endpoint.js'
import { EndpointRequest } from '../../../lib/endpoint/endpoint-request.js'
import { OAuthError } from '../../../lib/oauth-error.js'
import { readOptions } from '../../../lib/options/read-options.js'
import { workingOptions } from '../working-options.js'

function exchange(): { request: Request; response: Response } {
  const http = new IncomingMessage(new Socket())
  return { request: http as Request, response: new ServerResponse(http) as Response } // as Express makes of them
}

describe('steps', () => {
  const taken: string[] = []
  const step =
    (name: string): Step =>
    () => {
      taken.push(name)
    }
  const slowStep =
    (name: string): Step =>
    async () => {
      await Promise.resolve()
      taken.push(name)
    }
  const refusingStep: Step = () => {
    throw new OAuthError('invalid_request', 'refused')
  }
  const requestOf = () => {
    const { request, response } = exchange()
    return new EndpointRequest(request, response)
  }

  test('are taken in order, each when the one before it is done', async () => {
    taken.length = 0
    await inOrder([step('a'), slowStep('b'), step('c'), inOrder([slowStep('d'), step('e')]), step('f')])(requestOf())
    expect(taken).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  test.each([refusingStep, () => Promise.reject(new Error('trouble'))])(
    'end at the first that refuses: %#',
    async (refusing) => {
      taken.length = 0
      await expect(inOrder([step('a'), refusing, step('b')])(requestOf())).rejects.toThrow()
      expect(taken).toEqual(['a'])
    },
  )
})

describe('an endpoint', () => {
  const trouble = new Error('connect ECONNREFUSED 10.0.0.5 (user=app password=hunter2)')
  const failing: Step = () => {
    throw trouble
  }

  test('answers trouble with 500, and tells the operator its cause', async () => {
    const onError = vi.fn()
    const { request, response } = exchange()
    await endpoint(readOptions({ ...workingOptions(), onError }), [failing])(request, response)
    expect(response.statusCode).toBe(500)
    expect(onError).toHaveBeenCalledExactlyOnceWith(trouble, expect.objectContaining({ request }))
  })

  test('answers even where whoever is told of trouble fails too, rather than leave it to an HTML page', async () => {
    const onError = () => {
      throw new Error('the logger is down')
    }
    const { request, response } = exchange()
    const answering = endpoint(readOptions({ ...workingOptions(), onError }), [failing])(request, response)
    await expect(answering).resolves.toBeUndefined()
    expect(response.statusCode).toBe(500)
    expect(response.writableEnded).toBe(true)
  })
})

test('Reading a value that no step has set yet throws an Error.', () => {
  const { request, response } = exchange()
  const learning = new EndpointRequest(request, response)
  expect(() => learning.client).toThrow(/^The client of the request was read before the step that learns it\.$/)
  for (const read of [
    () => learning.scope,
    () => learning.subject,
    () => learning.loginAttempt,
    () => learning.refreshToken,
  ]) {
    expect(read).toThrow(/before the step that learns it/)
  }
  learning.scope = ''
  expect(learning.scope).toBe('')
})
