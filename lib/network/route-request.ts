import type { IncomingMessage } from 'node:http'

/** The request that Express gives to a route, whatever the types of its parameters, query and body. */
export type RouteRequest = IncomingMessage & { readonly ip?: string | undefined; readonly res?: unknown }
