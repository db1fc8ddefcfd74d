import { rateLimit, type Options, type Store } from 'express-rate-limit'

/**
 * Tells a store its window, by the library's own constructor, which gives it the options that its authors count on. Answers
 * what to wait for before the store is asked; `undefined` where there is nothing to wait for.
 *
 * A store may have to reach its server for that. rate-limit-redis, once it could not, fails from then on, also when its
 * server is back; so a store that could not is told again when it is next asked.
 */
export function initialisedStore(store: Store, windowMs: number): () => Promise<void> | undefined {
  let initialise = (): unknown => undefined
  const init = (options: Options) => {
    initialise = () => store.init?.(options)
  }
  rateLimit({ store: Object.assign(Object.create(store) as Store, { init }), windowMs })

  let state: 'done' | 'failed' | Promise<void> = 'done'
  function begin(): void {
    const answer = initialise()
    if (!(answer instanceof Promise)) return
    const pending = answer.then(
      () => {
        state = 'done'
      },
      (error: unknown) => {
        state = 'failed'
        throw error
      },
    )
    pending.catch(() => undefined) // whoever asks the store next is told
    state = pending
  }
  begin()
  return function initialised() {
    if (state === 'failed') begin()
    return typeof state === 'string' ? undefined : state
  }
}
