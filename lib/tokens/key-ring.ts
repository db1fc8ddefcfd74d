import type { SigningKey } from './signing-key.js'

export type SigningKeys = readonly [SigningKey, ...SigningKey[]]

/**
 * The keys of one issuer. All verify; the first whose time has come signs. They are replaced by one assignment, so that no
 * request sees half a ring.
 */
export class KeyRing {
  #keys: SigningKeys
  #byId: ReadonlyMap<string, SigningKey>
  #publicKeys: readonly SigningKey[]
  #signing: SigningKey
  /** When another key takes over, in milliseconds since the epoch. */
  #signsUntil: number

  /** @throws TypeError where no key signs yet. */
  constructor(keys: SigningKeys, now: number) {
    this.#keys = keys
    this.#byId = byId(keys)
    this.#publicKeys = publicKeys(keys)
    ;({ signing: this.#signing, until: this.#signsUntil } = turn(keys, now))
  }

  /** In the order given; another list after each replacement. */
  get keys(): SigningKeys {
    return this.#keys
  }

  /** Those whose public half verifies, in the order given; another list after each replacement. */
  get publicKeys(): readonly SigningKey[] {
    return this.#publicKeys
  }

  /** The key of a `kid`. */
  get(id: string): SigningKey | undefined {
    return this.#byId.get(id)
  }

  /** The key that signs at `now`, in milliseconds since the epoch. */
  signing(now: number): SigningKey {
    if (now >= this.#signsUntil) ({ signing: this.#signing, until: this.#signsUntil } = turn(this.#keys, now))
    return this.#signing
  }

  /** @throws TypeError where no key signs yet; nothing is replaced then. */
  replace(keys: SigningKeys, now: number): void {
    const { signing, until } = turn(keys, now)
    this.#keys = keys
    this.#byId = byId(keys)
    this.#publicKeys = publicKeys(keys)
    this.#signing = signing
    this.#signsUntil = until
  }
}

function byId(keys: SigningKeys): ReadonlyMap<string, SigningKey> {
  return new Map(keys.map((key) => [key.id, key]))
}

function publicKeys(keys: SigningKeys): readonly SigningKey[] {
  return keys.filter(({ verifyWith }) => verifyWith.type === 'public')
}

/** The first key whose time has come, and until when that is so: only one before it in the list can take over. */
function turn(keys: SigningKeys, now: number): { readonly signing: SigningKey; readonly until: number } {
  const index = keys.findIndex(({ signsFrom }) => signsFrom <= now)
  const signing = keys[index]
  if (signing === undefined) {
    throw new TypeError('signingKeys has no key that signs yet: keep one whose signsFrom has come, or that has none.')
  }
  return { signing, until: Math.min(...keys.slice(0, index).map(({ signsFrom }) => signsFrom)) }
}
