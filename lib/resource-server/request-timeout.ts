import { withTimeout } from '../async/timeout.js'
import { IssuerError } from './issuer-error.js'

/**
 * What `ask` answers, or a rejection with an {@link IssuerError} once it takes longer than that many milliseconds. Its signal
 * is aborted in the end, so that nothing of it goes on.
 */
export async function withRequestTimeout<T>(
  milliseconds: number,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const late = () => new IssuerError('ISSUER_TIMEOUT', `The issuer did not answer within ${milliseconds} ms.`)
  try {
    return await withTimeout(ask(controller.signal), milliseconds, late)
  } finally {
    controller.abort()
  }
}
