/** What a store with many grants takes for each act. */
export interface ScaleReport {
  /** Creations a second, with commits that do not wait for the disk. */
  readonly creations: number
  /** Of a grant, indexes included: on disk, or in the memory of Redis. */
  readonly bytes: number
  readonly find: Latency
  readonly rotate: Latency
  /** How many of the rotations moved no index entry. PostgreSQL only. */
  readonly hotUpdates: number | undefined
  /** Of a subject with five living grants; nine where expired grants go by themselves. */
  readonly list: Latency
  /** Of the subject that has a tenth of all grants: the newest of them. */
  readonly listCrowd: Latency
  readonly revoke: Latency
  /** Of the subject that has a tenth of all grants. */
  readonly revokeAll: Bulk
  readonly prune: Bulk
}

/** Milliseconds of one act, one after the other. */
export interface Latency {
  readonly median: number
  readonly p99: number
}

/** An act on many grants. */
export interface Bulk {
  readonly removed: number
  readonly seconds: number
  /** Milliseconds for which this process could do nothing else, at most. */
  readonly longestBlock: number
}
