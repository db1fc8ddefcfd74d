import type { TestProject } from 'vitest/node'
import { packPackage, type PackedPackage } from './packed-package.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The package, packed once for all tests of the run. */
    readonly packed: Omit<PackedPackage, 'remove'>
  }
}

/** A global setup: packs the package before the tests, which get it with `inject('packed')`, and removes it after them. */
export async function setup(project: TestProject): Promise<() => void> {
  const { remove, ...packed } = await packPackage()
  project.provide('packed', packed)
  return remove
}
