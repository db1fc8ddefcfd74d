import type { Request, Response } from 'express'
import type { Settings } from '../options/settings.js'
import { EndpointRequest } from './endpoint-request.js'
import { inOrder, type Step } from './endpoint.js'
import { refusalOf } from './refusal-of.js'

/**
 * Steps for a request to which the application responds itself. Resolves to what they have set; rejects with an OAuthError,
 * whatever went wrong. Without an `endUserAddress` the address of the request counts.
 */
export function withoutResponse(settings: Settings, steps: readonly Step[]) {
  const takeSteps = inOrder(steps)
  return async function learnOnly(
    http: Request,
    response: Response,
    parameters: ReadonlyMap<string, string>,
    endUserAddress: string | undefined,
  ): Promise<EndpointRequest> {
    const request = new EndpointRequest(http, response)
    if (endUserAddress !== undefined) request.endUserAddress = endUserAddress
    request.parameters = new Map(parameters)
    request.scope = ''
    try {
      await takeSteps(request)
    } catch (error) {
      throw refusalOf(settings, request, error)
    } finally {
      request.settleLogin()
    }
    return request
  }
}
