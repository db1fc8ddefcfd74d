import { inOrder, type Step } from '../endpoint/endpoint.js'
import type { OfferedGrantType } from '../grant-types/grant-types.js'

/** Continues with the steps of the grant type that is requested. */
export function byGrantType(lists: Readonly<Record<OfferedGrantType, readonly Step[]>>): Step {
  const steps = new Map(Object.entries(lists).map(([grantType, list]) => [grantType, inOrder(list)]))
  return function byGrantType(request) {
    return steps.get(request.grantType.name)?.(request)
  }
}
