import type { AuthenticateOptions } from '../options/authenticate-options.js'
import { ipAddress } from '../network/ip-address.js'
import { OAuthError } from '../oauth-error.js'
import { knownMembers, wrong } from '../options/option-kinds.js'

const OPTIONS = { endUserAddress: true } as const satisfies Record<keyof AuthenticateOptions, true>

/**
 * The end user's address that the caller named, in its canonical form, or `undefined` if the caller named none.
 * @param called The function that the application called, for the error message.
 * @throws TypeError for an unknown option, or for a value that is not a string: a mistake in the application
 * @throws OAuthError invalid_request for a string that is not an address: it usually comes from a request's header
 */
export function namedEndUserAddress(options: AuthenticateOptions | undefined, called: string): string | undefined {
  if (options === undefined) return undefined
  const option = `The fourth argument of ${called}`
  const { endUserAddress } = knownMembers(option, options, OPTIONS)
  if (endUserAddress === undefined) return undefined
  if (typeof endUserAddress !== 'string') {
    throw wrong(`${option}.endUserAddress`, endUserAddress, 'give an IP address as a string, or leave it out')
  }
  const address = ipAddress(endUserAddress.trim())
  if (address !== undefined) return address
  throw new OAuthError(
    'invalid_request',
    'The address of the end user must be one IPv4 or IPv6 address, without brackets, port or zone',
  )
}
