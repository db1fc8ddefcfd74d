/** What an answer of JSON holds: the name of one of `schemas`. */
function json(schema: string): object {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } }
}

export function success(description: string, schema?: string): object {
  return {
    description,
    content: schema === undefined ? { 'application/json': { schema: { type: 'object' } } } : json(schema),
  }
}

function refusal(description: string, header?: string): object {
  const headers = header === undefined ? {} : { headers: { [header]: { schema: { type: 'string' } } } }
  return { description, ...headers, content: json('OAuthError') }
}

/** What each endpoint that takes a form may refuse it by. */
export function formRefusals(codes: string): Record<string, object> {
  return {
    '400': refusal(codes),
    '401': refusal('`invalid_client`: client authentication failed', 'WWW-Authenticate'),
    '413': refusal('`invalid_request`: the body is too large'),
    '415': refusal('`invalid_request`: the body is no form'),
    '429': refusal('`temporarily_unavailable`: too many failures', 'Retry-After'),
    '500': refusal('`server_error`: with the id of the request'),
    '503': refusal('`temporarily_unavailable`: the server cannot do this right now', 'Retry-After'),
  }
}

/** A refusal by the application itself. */
export function applicationRefusal(): Record<string, object> {
  return { '403': refusal('`access_denied` or `mfa_required`: the application refuses') }
}

export function notModified(): Record<string, object> {
  return { '304': { description: 'What `If-None-Match` names is still right' } }
}
