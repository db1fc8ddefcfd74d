import type { RequestHandler } from 'express'
import { PageError } from './page-error.js'
import type { ProtectedResource } from './protected-resource.js'

/**
 * Asks the authorization server whether the session still lives, for pages whose own API takes an access token until it
 * expires: whoever signs out everywhere is out everywhere at the next click. Where the server does not answer, the token
 * is good for as long as it says.
 */
export function stillSignedIn(account: ProtectedResource): RequestHandler {
  return async function askWhetherSignedIn(request, _response, next) {
    try {
      await account.ask(request, '')
    } catch (error) {
      if (!(error instanceof PageError)) throw error
    }
    next()
  }
}
