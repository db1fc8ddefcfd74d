import { toldOption } from './hooks.js'
import type { ErrorContext } from './options.js'

export type TellError = (error: unknown, context: ErrorContext) => void

/** Reports errors to the hook, or to `stderr`. */
export function errorsOption(onError: TellError | undefined): TellError {
  return toldOption('onError', onError, printError)
}

function printError(error: unknown, { requestId }: ErrorContext): void {
  console.error(`express-oauth-password-grant: request ${requestId} failed:`, error)
}
