import type { SigningKeysOption } from '../options/signing-keys.js'
import type { Settings } from '../options/settings.js'
import type { SigningAlgorithm } from '../tokens/signing-algorithm.js'

/** A signing key without what is secret of it. */
export interface KeyDescription {
  /** `kid` */
  readonly keyId: string
  readonly algorithm: SigningAlgorithm
  /** Absent where it always may. */
  readonly signsFrom: Date | undefined
  /** Whether it is the one that signs now. */
  readonly signs: boolean
}

/** The signing keys, for rotating them at run time. */
export interface KeyAdministration {
  /** Those in force, in their order. */
  list(): readonly KeyDescription[]
  /**
   * Puts other keys in force at once: those given, or what the option `signingKeys` answers if it is a function. What an
   * older key has signed is good as long as that key is among them.
   *
   * Rejects with a TypeError where they are wrong, or with what the function throws; the keys in force stay then.
   */
  reload(signingKeys?: SigningKeysOption): Promise<void>
}

export function keyAdministration({ keyRing, readSigningKeys, onEvent }: Settings): KeyAdministration {
  return {
    list() {
      const signing = keyRing.signing(Date.now())
      return keyRing.keys.map((key) => ({
        keyId: key.id,
        algorithm: key.algorithm,
        signsFrom: key.signsFrom === 0 ? undefined : new Date(key.signsFrom),
        signs: key === signing,
      }))
    },
    async reload(signingKeys) {
      const keys = await readSigningKeys(signingKeys)
      const now = Date.now()
      keyRing.replace(keys, now)
      onEvent({
        type: 'keys_replaced',
        keyIds: keys.map(({ id }) => id),
        signingKeyId: keyRing.signing(now).id,
      })
    },
  }
}
