import type { GrantStore } from '../../../dist/index.js'

/** A grant store over a database of its own, made for one measurement. */
export interface OpenedStore {
  readonly store: GrantStore
  /** What the database takes up by now. */
  readonly bytes: () => Promise<number>
  /** Ends the connection and removes what was kept. */
  readonly close: () => Promise<void>
}
