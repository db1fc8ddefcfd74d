import type { GrantStore } from '../../../dist/index.js'

/** A grant store over a database of its own, made for one measurement. */
export interface OpenedStore {
  readonly store: GrantStore
  /** What the database takes up by now. */
  readonly bytes: () => Promise<number>
  /** The same grants, with commits that reach the disk before they are answered. */
  readonly durable: () => Promise<GrantStore>
  /** Whether expired grants go without `prune`. */
  readonly removesExpired: boolean
  /** The share of the last rotations, so many, that moved no index entry; where the database has such updates. */
  readonly hotUpdates?: (rotations: number) => Promise<number>
  /** Ends the connection and removes what was kept. */
  readonly close: () => Promise<void>
}
