import type { Grant } from '../grant.js'

/** The order in which a store lists grants: the newest first; those of one instant by their ids. */
export function newestFirst(one: Grant, other: Grant): number {
  return other.createdAt - one.createdAt || (one.id < other.id ? -1 : 1)
}
