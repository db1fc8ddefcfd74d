import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { withTimeout } from '../../../lib/async/timeout.js'

const late = new Error('late')
const after = <T>(milliseconds: number, act: () => T) =>
  new Promise<T>((resolve, reject) => {
    setTimeout(() => {
      try {
        resolve(act())
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    }, milliseconds)
  })

describe('a time limit', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('passes on what comes in time, and leaves no timer behind', async () => {
    const limited = withTimeout(
      after(99, () => 'answer'),
      100,
      () => late,
    )
    await vi.advanceTimersByTimeAsync(99)
    await expect(limited).resolves.toBe('answer')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('passes on the very reason of a rejection, and leaves no timer behind', async () => {
    const reason = new Error('the reason')
    await expect(withTimeout(Promise.reject(reason), 100, () => late)).rejects.toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('rejects once it is over, and not before', async () => {
    let outcome = 'pending'
    withTimeout(new Promise(() => undefined), 100, () => late).catch((error: unknown) => {
      outcome = error === late ? 'late' : 'something else'
    })
    await vi.advanceTimersByTimeAsync(99)
    expect(outcome).toBe('pending')
    await vi.advanceTimersByTimeAsync(1)
    expect(outcome).toBe('late')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('does not ask for the error where it is not needed', async () => {
    const error = vi.fn(() => late)
    await withTimeout(Promise.resolve(1), 100, error)
    await vi.advanceTimersByTimeAsync(1000)
    expect(error).not.toHaveBeenCalled()
  })

  test('drops what comes afterwards, a rejection too, which is no unhandled one', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const failing = after(200, () => {
      throw new Error('too late')
    })
    const limited = withTimeout(failing, 100, () => late)
    const outcome = expect(limited).rejects.toBe(late)
    await vi.advanceTimersByTimeAsync(1000)
    await outcome
    vi.useRealTimers()
    await new Promise((resolve) => setTimeout(resolve, 5))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})
