import type { IncomingMessage } from 'node:http'

/** A request; one that was made by hand may have no raw headers. */
export type WithHeaders = Pick<IncomingMessage, 'headers'> & { readonly rawHeaders?: readonly string[] | undefined }

/** How many `Authorization` headers a request has. Node's `headers` keeps only the first. */
export function authorizationHeaders({ headers, rawHeaders = [] }: WithHeaders): number {
  if (headers.authorization === undefined) return 0
  let count = 0
  for (let name = 0; name < rawHeaders.length; name += 2) {
    const text = rawHeaders[name] ?? ''
    if (text.length === NAME.length && text.toLowerCase() === NAME) count += 1
  }
  return Math.max(1, count)
}

const NAME = 'authorization'
