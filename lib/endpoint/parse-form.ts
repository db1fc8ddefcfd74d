import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import type { Step } from './endpoint.js'
import { decodeForm, parsedForm } from './form.js'
import { readBody } from './read-body.js'
import { requireBoundedParameters } from './require-bounded-parameters.js'

const FORM = 'application/x-www-form-urlencoded'

/** Parameters that must not stand in a URL, which proxies and browsers keep (RFC 6749 section 2.3.1). */
const OAUTH_PARAMETERS = new Set(
  'grant_type client_id client_secret username password refresh_token scope token token_type_hint audience resource code mfa_token otp client_assertion client_assertion_type assertion'.split(
    ' ',
  ),
)

/** Reads the form of the request (RFC 6749 section 3.2 and appendix B), from the body and from nowhere else. */
export function parseForm({ bodyLimit }: Settings): Step {
  return async function parseForm(request) {
    const { http } = request
    requireForm(http.headers['content-type'] ?? '')
    refuseQuery(http.url)
    const body = await readBody(http, bodyLimit)
    const parameters = Buffer.isBuffer(body) ? decodeForm(body) : parsedForm(body)
    requireBoundedParameters(parameters)
    request.parameters = parameters
  }
}

function requireForm(contentType: string): void {
  if (contentType === FORM) return
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='))
  if (type.trim() !== FORM || (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))) {
    throw new OAuthError('invalid_request', `The body must be ${FORM} in UTF-8`, { status: 415 })
  }
}

function refuseQuery(url: string): void {
  const query = url.indexOf('?')
  if (query < 0) return
  for (const name of new URLSearchParams(url.slice(query)).keys()) {
    if (OAUTH_PARAMETERS.has(name)) {
      throw new OAuthError('invalid_request', 'Parameters must be in the body, not in the query string')
    }
  }
}
