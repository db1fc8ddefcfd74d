import { inOrder, type Step } from '../endpoint/endpoint.js'

/** Goes on with the steps of the grant that is asked for. */
export function byGrantType(grants: Readonly<Record<string, readonly Step[]>>): Step {
  const steps = new Map(Object.entries(grants).map(([grantType, list]) => [grantType, inOrder(list)]))
  return function byGrantType(request) {
    return steps.get(request.parameters.get('grant_type') ?? '')?.(request)
  }
}
