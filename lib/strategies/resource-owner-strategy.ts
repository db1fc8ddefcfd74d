import type { AdmittedCheck, Admission } from '../admission/password-admission.js'
import type { PasswordContext } from '../resource-owner.js'
import { report, type Strategy } from './strategy.js'

/** What the strategy reads of a request. */
export interface ResourceOwnerRequest {
  readonly username: string
  readonly password: string
  readonly context: PasswordContext
  readonly admission: Admission
}

/** The resource owner's credentials (RFC 6749 section 4.3.2), checked by the application's `authenticateUser`. */
export function resourceOwnerStrategy(check: AdmittedCheck): Strategy<ResourceOwnerRequest> {
  const ask = async ({ username, password, context, admission }: ResourceOwnerRequest): Promise<unknown> => {
    const user = await check(username, password, context, admission)
    return user === null || user === false ? undefined : user
  }
  return {
    authenticate(request) {
      report(this, ask(request), (user) => user === undefined)
    },
  }
}
