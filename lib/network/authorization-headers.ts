import type { IncomingMessage } from 'node:http'

/** How many `Authorization` headers a request has. Node's `headers` keeps only the first. */
export function authorizationHeaders({ headers, rawHeaders }: IncomingMessage): number {
  if (headers.authorization === undefined) return 0
  let count = 0
  for (let name = 0; name < rawHeaders.length; name += 2) {
    const text = rawHeaders[name] ?? ''
    if (text.length === NAME.length && text.toLowerCase() === NAME) count += 1
  }
  return count
}

const NAME = 'authorization'
