import { MemoryStore, type Store } from 'express-rate-limit'
import type { Counter } from './counter.js'
import { memoryCounter } from './memory-counter.js'
import { storeCounter } from './store-counter.js'

/**
 * Counts on an express-rate-limit store.
 *
 * The store is called directly. The library's middleware cannot give back an attempt whose password was correct, because
 * it judges by the response's status, and it costs 1.0 µs a request instead of 0.15 µs (Node 20).
 */
export function openCounter(store: Store, windowMs: number): Counter {
  // A subclass may count in another way, and is asked as any other store.
  const isPlain = store instanceof MemoryStore && store.constructor === MemoryStore
  return isPlain ? memoryCounter(store, windowMs) : storeCounter(store, windowMs)
}
