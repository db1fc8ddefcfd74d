import { hash, type KeyObject } from 'node:crypto'
import { isLoopback } from '../network/loopback.js'

/** The secrets in the README's examples, which everybody knows. */
export const EXAMPLE_SECRETS = ['a-signing-secret-of-32-bytes-or-more', 'a-client-secret-of-32-bytes-or-more']

const examples = new Set(EXAMPLE_SECRETS.map((secret) => hash('sha256', secret, 'base64')))

/**
 * What each secret of one server is used for, so that none has two uses: whoever knows a client secret could otherwise sign
 * tokens. Secrets are compared by their SHA-256.
 */
export class SecretUses {
  readonly #isLocal: boolean
  readonly #optionOf = new Map<string, string>()

  constructor(issuer: string) {
    this.#isLocal = isLoopback(new URL(issuer).hostname)
  }

  /**
   * Checks the secret of an option, of which its SHA-256 is enough.
   * @throws TypeError if it is an example from the README, except on loopback, or if another option has the same secret.
   */
  check(option: string, secret: KeyObject | Buffer): void {
    const digest = digestOf(secret)
    if (!this.#isLocal && examples.has(digest)) {
      throw new TypeError(
        `${option} is an example from the README, which everybody knows: generate a secret with node -p "crypto.randomBytes(32).toString('base64url')".`,
      )
    }
    const other = this.#optionOf.get(digest)
    if (other !== undefined && useOf(other) !== useOf(option)) {
      throw new TypeError(
        `${option} is the same secret as ${other}, so that whoever knows one can misuse it as the other: generate another one.`,
      )
    }
  }

  /** Checks the secret, and remembers it for the checks that follow. */
  add(option: string, secret: KeyObject | Buffer): void {
    this.check(option, secret)
    this.#optionOf.set(digestOf(secret), option)
  }
}

function digestOf(secret: KeyObject | Buffer): string {
  return Buffer.isBuffer(secret) ? secret.toString('base64') : hash('sha256', secret.export(), 'base64')
}

/** Several clients, or several signing keys, are one use. */
function useOf(option: string): string {
  return option.replace(/[[(].*/, '')
}
