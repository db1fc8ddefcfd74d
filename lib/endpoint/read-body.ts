import express, { type Request, type Response } from 'express'
import { OAuthError } from '../oauth-error.js'

/** The body of a request: its bytes, or what a body parser of the application made of them before us. */
export type ReadBody = (request: Request, response: Response) => Promise<Buffer | object>

/** What body parsers of either Express major put on the errors that are the client's fault. */
const REFUSALS: Readonly<Record<string, { status: number; description: string }>> = {
  'entity.too.large': { status: 413, description: 'The body is too large' },
  'encoding.unsupported': { status: 415, description: 'The body must not be compressed' },
  'request.size.invalid': { status: 400, description: 'The body is not as long as Content-Length says' },
  'request.aborted': { status: 400, description: 'The body ended before its time' },
}

/** Reads bodies of up to `limit` bytes, not compressed. Works before and after body parsers of the application. */
export function bodyReader(limit: number): ReadBody {
  const readRaw = express.raw({ type: () => true, limit, inflate: false })
  return async function readBody(request, response) {
    const before: unknown = request.body
    await new Promise<void>((resolve, reject) => {
      readRaw(request, response, (error?: unknown) => {
        if (error === undefined) resolve()
        else reject(refusal(error))
      })
    })
    const body: unknown = request.body
    // The password goes no further than this: not into what an application logs of its requests.
    request.body = before
    // A parser of text, and the raw bytes that some hosts keep, are better than what another parser made of them.
    const raw: unknown = Reflect.get(request, 'rawBody') ?? body
    if (Buffer.isBuffer(raw)) return raw
    if (typeof raw === 'string') return Buffer.from(raw)
    return typeof body === 'object' && body !== null ? body : Buffer.alloc(0)
  }
}

function refusal(error: unknown): unknown {
  const type: unknown = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined
  const known = typeof type === 'string' ? REFUSALS[type] : undefined
  if (known === undefined) return error
  // What is left of the body would otherwise be read to its end, however long it is.
  const headers = known.status === 413 ? { Connection: 'close' } : {}
  return new OAuthError('invalid_request', known.description, { status: known.status, headers })
}
