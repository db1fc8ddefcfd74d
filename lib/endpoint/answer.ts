import type { Response } from 'express'
import { securityHeaders } from './security-headers.js'

const HEADERS = { ...securityHeaders(), 'Content-Type': 'application/json; charset=utf-8' }

/**
 * Answers JSON, never cached.
 *
 * One `writeHead`, and not `res.json`, which would hash the tokens for an ETag and obey the application's settings for
 * JSON: a third of the time that a login without hashing took (Node 20).
 */
export function answer(
  response: Response,
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers?: Readonly<Record<string, string>>,
): void {
  const text = JSON.stringify(body)
  response.removeHeader('X-Powered-By')
  response.writeHead(status, { ...HEADERS, 'Content-Length': Buffer.byteLength(text), ...headers })
  response.end(text)
}
