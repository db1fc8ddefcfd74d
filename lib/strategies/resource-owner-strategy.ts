import type { AuthenticateUser, RequestContext, User } from '../resource-owner.js'
import { decide, type Strategy } from './strategy.js'

/** What the strategy reads of a request. */
export interface ResourceOwnerRequest {
  readonly username: string
  readonly password: string
  readonly context: RequestContext
}

/** The resource owner's credentials (RFC 6749 section 4.3.2), checked by the application's `authenticateUser`. */
export function resourceOwnerStrategy<U extends User>(
  authenticateUser: AuthenticateUser<U>,
): Strategy<ResourceOwnerRequest> {
  const ask = async ({ username, password, context }: ResourceOwnerRequest): Promise<unknown> => {
    const user = await authenticateUser(username, password, context)
    return user === null || user === false ? undefined : user
  }
  return {
    authenticate(request) {
      decide(this, ask(request))
    },
  }
}
