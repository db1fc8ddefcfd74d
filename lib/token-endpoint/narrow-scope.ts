import type { Step } from '../endpoint/endpoint.js'
import type { Settings } from '../options/settings.js'
import { scopeTokens } from '../scope.js'

/** Lets the application narrow the scope for this user (RFC 6749 section 3.3). */
export function narrowScope({ authorizeScope }: Settings): Step {
  if (authorizeScope === undefined) return () => undefined
  return async function narrowScope(request) {
    const { client, scope, http, user } = request
    if (user === undefined) return
    const asked = scopeTokens(scope)
    const granted = new Set(await authorizeScope({ client, scope, request: http, user }))
    const more = [...granted].find((token) => !asked.includes(token))
    if (more !== undefined) {
      throw new Error(`authorizeScope answered ${JSON.stringify(more)}, which was not asked for: it may only narrow.`)
    }
    request.scope = asked.filter((token) => granted.has(token)).join(' ')
  }
}
