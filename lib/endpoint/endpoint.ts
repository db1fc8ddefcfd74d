import type { Request, Response } from 'express'
import type { Settings } from '../options/settings.js'
import { sendError } from './send-error.js'
import { EndpointRequest } from './endpoint-request.js'

/** One step of an answer: learns something about the request, refuses it by an OAuthError, or answers it. */
export type Step = (request: EndpointRequest) => void | Promise<void>

/** An endpoint, which always answers: it never calls `next`. */
export type Endpoint = (request: Request, response: Response) => Promise<void>

/** An endpoint that takes its steps in order, until one answers or refuses. */
export function endpoint(settings: Settings, steps: readonly Step[]): Endpoint {
  const takeSteps = inOrder(steps)
  return async function answerRequest(http, response) {
    const request = new EndpointRequest(http, response)
    try {
      await takeSteps(request)
    } catch (error) {
      sendError(settings, request, error)
    } finally {
      request.settleLogin()
    }
  }
}

/** Steps as one step. */
export function inOrder(steps: readonly Step[]): Step {
  return async (request) => {
    for (const step of steps) {
      const pending = step(request)
      if (pending !== undefined) await pending
    }
  }
}
