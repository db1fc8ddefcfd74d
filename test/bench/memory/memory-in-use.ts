export interface MemoryInUse {
  /** Bytes of living objects, Buffers included. */
  readonly heap: number
  /** Bytes that the operating system has given to the process. */
  readonly resident: number
}

/** After a full collection; needs `--expose-gc`. */
export function memoryInUse(): MemoryInUse {
  if (!globalThis.gc) throw new Error('start node with --expose-gc')
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, resident: rss }
}
