import type { Grant } from '../grant.js'
import type {
  Creation,
  CreationResult,
  RevocationOfAll,
  Rotation,
  RotationResult,
  Spending,
  SpendingResult,
} from '../grant-store.js'

/** The acts of `GrantStore` as a `SqlGrantStore` does them in one kind of database. `prune` is the same in all of them. */
export interface SqlGrantActs {
  /** Creates the tables, or upgrades them. Any number of processes may do this at once. */
  migrate(): Promise<void>
  create(creation: Creation): Promise<CreationResult>
  rotate(rotation: Rotation): Promise<RotationResult>
  find(id: string): Promise<Grant | undefined>
  list(subject: string, limit: number): Promise<Grant[]>
  revoke(id: string): Promise<Grant | undefined>
  revokeAll(subject: string, revocation: RevocationOfAll): Promise<number>
  spend(spending: Spending): Promise<SpendingResult>
  now(subject: string): Promise<number>
}
