import type { Step } from '../endpoint/endpoint.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'

/** Requires `grant_type` to be one that the server offers, and the parameters of that grant type to be there. */
export function requireGrantType({ grantTypes }: Settings): Step {
  const known = new Map(
    grantTypes.map((grantType) => [
      grantType.name as string,
      { grantType, required: Object.keys(grantType.parameters) },
    ]),
  )
  const names = [...known.keys()].join(' or ')
  return function requireGrantType(request) {
    const { parameters } = request
    const name = parameters.get('grant_type')
    if (name === undefined) throw new OAuthError('invalid_request', 'grant_type is missing')
    const found = known.get(name)
    if (found === undefined) throw new OAuthError('unsupported_grant_type', `grant_type must be ${names}`)
    const missing = found.required.find((parameter) => !parameters.has(parameter))
    if (missing !== undefined) throw new OAuthError('invalid_request', `${missing} is missing`)
    request.grantType = found.grantType
  }
}
