import type { Response } from 'express'
import type { EndpointRequest } from '../endpoint/endpoint-request.js'
import type { Step } from '../endpoint/endpoint.js'
import { withinLimit } from '../endpoint/within-limit.js'
import { addressKey, spelledNameKey, userAtAddressKey, usernameKey } from '../limits/limit-key.js'
import type { LimitName } from '../limit-name.js'
import type { Reservation } from '../limits/limiter.js'
import { loginAttempt } from '../limits/login-attempt.js'
import { patiently, type AwaitedReservation } from '../limits/patient-limiter.js'
import type { Settings } from '../options/settings.js'

/**
 * Counts the login before the password is tried, so that guesses that overlap do not slip through together: by address, by
 * name and address, and by name, the last only where the user has not logged in from that address lately. A user that does
 * not exist counts like one that does. What one limiter refuses counts with no other.
 */
export function reserveLogin(settings: Settings): Step {
  const { userAndAddress, user, knownAddress, secret } = settings.limits
  const reserveAddress = settings.limits.address && patiently(settings.limits.address)
  return async function reserveLogin(request) {
    const limitSecret = secret()
    const username = request.parameters.get('username') ?? ''
    const userKey = usernameKey(limitSecret, username)
    const endUserAddressKey = addressKey(request.endUserAddress)
    const here = userAtAddressKey(limitSecret, userKey, endUserAddressKey)
    request.userKey = userKey
    request.spelledNameKey = spelledNameKey(limitSecret, username)
    const known = userAtAddressKey(limitSecret, request.spelledNameKey, endUserAddressKey)

    const within = <T>(limit: LimitName, asked: Promise<T> | undefined) =>
      withinLimit(settings, request, limit, asked, userKey)

    const isKnown = knownAddress?.has(known)
    const [atAddress, hereOnly] = await Promise.allSettled([
      within('address', reserveAddress?.(endUserAddressKey)),
      within('userAndAddress', userAndAddress?.reserve(here)),
    ])
    try {
      if (atAddress.status === 'rejected') tellOfSharedAddress(settings, request)
      const reserved = { userAndAddress: granted(hereOnly), address: granted(atAddress) }
      settleWhenClosed(reserved.address, request.response)
      // After the others: what is refused at one address is no guess, and never counts against the user everywhere.
      const anywhere = (await isKnown) === true ? undefined : await within('user', user?.reserve(userKey))
      request.loginAttempt = loginAttempt({ ...reserved, user: anywhere }, async () => knownAddress?.remember(known))
    } catch (error) {
      await giveBack(atAddress, hereOnly)
      throw error
    }
  }
}

type Outcome = PromiseSettledResult<Reservation | undefined>

async function giveBack(...outcomes: readonly Outcome[]): Promise<void> {
  await Promise.all(outcomes.map(async (one) => (one.status === 'fulfilled' ? one.value?.giveBack() : undefined)))
}

function granted<R>(outcome: PromiseSettledResult<R>): R {
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}

/** A wrong password is over with the answer, and so is a login whose client has gone, perhaps while it waited. */
function settleWhenClosed(reservation: AwaitedReservation | undefined, response: Response): void {
  if (response.destroyed) reservation?.settle()
  else response.once('close', () => reservation?.settle())
}

/** A backend that does not name its users' addresses is one address, and one of its users can lock out all the others. */
function tellOfSharedAddress({ onMistake }: Settings, request: EndpointRequest): void {
  const isBackend = request.clientId !== undefined && !request.client.isPublic
  if (isBackend && request.endUserAddress === request.address) onMistake('shared_address', request)
}
