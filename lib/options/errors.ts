import { toldOption } from './hooks.js'
import type { ErrorContext } from './options.js'

export type TellError = (error: unknown, context: ErrorContext) => void

/** Who is told of trouble: the hook, or whoever reads `stderr`. */
export function errorsOption(onError: TellError | undefined): TellError {
  return toldOption('onError', onError, printError)
}

function printError(error: unknown, { requestId }: ErrorContext): void {
  console.error(`express-oauth-password-grant: request ${requestId} failed:`, error)
}
