import type { Step } from '../endpoint/endpoint.js'
import { usernameKey } from '../limits/limit-key.js'
import { loginAttempt } from '../limits/login-attempt.js'
import type { Settings } from '../options/settings.js'

/**
 * Counts the login before the password is tried, so that guesses that overlap do not slip through together. A user that
 * does not exist counts like one that does.
 */
export function reserveLogin({ limits }: Settings): Step {
  const { user, userAndAddress, secret } = limits
  return async function reserveLogin(request) {
    const username = request.parameters.get('username') ?? ''
    const key = usernameKey(secret(), username)
    request.userKey = key
    // One after the other: what is refused at one address is no guess, and must not count against the user everywhere.
    const atAddress = await userAndAddress?.reserve(`${key} ${request.addressKey}`)
    try {
      request.loginAttempt = loginAttempt(atAddress, await user?.reserve(key))
    } catch (error) {
      await atAddress?.giveBack()
      throw error
    }
  }
}
