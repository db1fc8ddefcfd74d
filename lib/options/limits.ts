import type { Store } from 'express-rate-limit'
import { timerSeconds } from '../lifetime.js'
import { limiter, type Limiter } from '../limits/limiter.js'
import { isPlainObject, knownMembers, optionalFunction, wholeNumber, wrong } from './option-kinds.js'
import type { LimitName } from '../limit-name.js'

export type Limiters = Readonly<Record<LimitName, Limiter | undefined>>

/**
 * One client that is set up wrongly fails at every user's login, from an address that others may share: a short window
 * lets them back in soon. Names are limited by NIST SP 800-63B section 5.2.2 (no more than 100 failures in a row); by name
 * and address, ten guesses in a quarter of an hour are a forgetful user's, not a guesser's.
 */
const DEFAULTS: Readonly<Record<LimitName, { readonly limit: number; readonly window: string }>> = {
  clientAddress: { limit: 60, window: '1m' },
  userAndAddress: { limit: 10, window: '15m' },
  user: { limit: 100, window: '1h' },
}

const MEMBERS = { clientAddress: true, userAndAddress: true, user: true, store: true } as const

export function limitsOption(
  value: unknown,
  storeTimeout: number,
  onStoreFailure: (name: LimitName, error: unknown) => void,
): Limiters {
  if (value === false) return { clientAddress: undefined, userAndAddress: undefined, user: undefined }
  const members = knownMembers('limits', value === undefined ? {} : value, MEMBERS)
  const makeStore = optionalFunction('limits.store', members.store) as ((name: LimitName) => Store) | undefined

  const stores = new Set<unknown>()
  function newStore(name: LimitName, make: (name: LimitName) => unknown): Store {
    const store = make(name)
    if (!isStore(store) || stores.has(store)) {
      throw wrong(`limits.store(${JSON.stringify(name)})`, store, 'answer a new express-rate-limit store for each name')
    }
    stores.add(store)
    return store
  }

  function one(name: LimitName): Limiter | undefined {
    const given = members[name]
    if (given === false) return undefined
    const option = `limits.${name}`
    const { limit = DEFAULTS[name].limit, window = DEFAULTS[name].window } = knownMembers(
      option,
      given === undefined ? {} : given,
      {
        limit: true,
        window: true,
      },
    )
    const store = makeStore === undefined ? undefined : newStore(name, makeStore)
    return limiter({
      limit: wholeNumber(`${option}.limit`, limit, 1),
      window: timerSeconds(`${option}.window`, window),
      storeTimeout,
      onStoreFailure: (error) => {
        onStoreFailure(name, error)
      },
      ...(store === undefined ? {} : { store }),
    })
  }

  return { clientAddress: one('clientAddress'), userAndAddress: one('userAndAddress'), user: one('user') }
}

function isStore(store: unknown): store is Store {
  return (
    isPlainObject(store) &&
    ['increment', 'decrement', 'resetKey'].every((method) => typeof Reflect.get(store, method) === 'function')
  )
}
