import { afterEach, beforeEach, expect } from 'vitest'

/** Fails each test of a file that leaves a rejection unhandled, or an exception uncaught. */
export function failOnUnhandledRejections(): void {
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => unhandled.push(reason)
  beforeEach(() => {
    unhandled.length = 0
    process.on('unhandledRejection', listen).on('uncaughtException', listen)
  })
  afterEach(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.off('unhandledRejection', listen).off('uncaughtException', listen)
    expect(unhandled).toEqual([])
  })
}
