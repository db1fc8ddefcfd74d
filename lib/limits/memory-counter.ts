import type { MemoryStore } from 'express-rate-limit'
import type { Count, Counter, Hit } from './counter.js'
import { initialisedStore } from './initialised-store.js'

type MemoryRecord = NonNullable<ReturnType<MemoryStore['current']['get']>>

const NO_HITS: Count = { hits: 0, resetsAt: undefined }

/** Counts in this process's memory, without a promise. */
export function memoryCounter(store: MemoryStore, windowMs: number): Counter {
  initialisedStore(store, windowMs)
  return {
    add(key) {
      void store.increment(key) // has counted when it returns
      const record = recordOf(store, key)
      if (record === undefined) throw new Error('The memory store of express-rate-limit did not count a hit.')
      return new MemoryHit(store, key, record)
    },
    count(key) {
      const record = recordOf(store, key)
      if (record === undefined || record.resetTime.getTime() <= Date.now()) return NO_HITS
      return { hits: record.totalHits, resetsAt: record.resetTime.getTime() }
    },
  }
}

class MemoryHit implements Hit {
  readonly hits: number
  readonly resetsAt: number
  readonly #store: MemoryStore
  readonly #key: string
  readonly #record: MemoryRecord
  /** Each window has a `Date` object of its own, which tells it from every other window. */
  readonly #window: Date

  constructor(store: MemoryStore, key: string, record: MemoryRecord) {
    this.hits = record.totalHits
    this.resetsAt = record.resetTime.getTime()
    this.#store = store
    this.#key = key
    this.#record = record
    this.#window = record.resetTime
  }

  undo(): void {
    const record = this.#record
    if (recordOf(this.#store, this.#key) !== record || record.resetTime !== this.#window) return
    record.totalHits -= 1
    if (record.totalHits <= 0) this.clear()
  }

  clear(): void {
    this.#store.current.delete(this.#key)
    this.#store.previous.delete(this.#key)
  }
}

function recordOf({ current, previous }: MemoryStore, key: string): MemoryRecord | undefined {
  return current.get(key) ?? previous.get(key)
}
