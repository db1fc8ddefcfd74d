import type { ChildProcess } from 'node:child_process'
import { inspect } from 'node:util'

/** What is shorter stands in innocent texts. */
const SHORTEST = 6
/** Up to this length a secret is looked for as a word, for it may be a part of one. */
const SHORT = 10
/** A part of a token's signature that nobody else would write. */
const PART = 12

/**
 * Words that tests send as a password, a secret or a token, and that messages are made of: `wrong password` says nothing of
 * what was sent.
 */
const WORDS = /^(?:[a-z]+(?:[ -][a-z]+){0,2}|\d{1,5})$/

/** Everything secret that a test sent or was given, and everything that was emitted meanwhile. */
export class Secrecy {
  readonly #secrets = new Set<string>()
  readonly #parts = new Set<string>()
  readonly #watched = new WeakSet<object>()
  #emitted: { readonly where: string; readonly text: string }[] = []

  /** Forgets the secrets of the test file before. */
  forget(): void {
    this.#secrets.clear()
    this.#parts.clear()
    this.#emitted = []
  }

  /** Returns whether an object, such as a stream of the process, is to be watched and is not watched yet. */
  begins(watched: object): boolean {
    const isNew = !this.#watched.has(watched)
    this.#watched.add(watched)
    return isNew
  }

  learn(secret: string): void {
    if (secret.length < SHORTEST || WORDS.test(secret) || this.#secrets.has(secret)) return
    this.#secrets.add(secret)
    const signature = /^[\w-]+\.[\w-]*\.([\w-]+)$/.exec(secret)?.[1] ?? ''
    for (let at = 0; at + PART <= signature.length; at += PART) {
      const part = signature.slice(at, at + PART)
      // A test may forge a signature of one letter, which stands anywhere.
      if (new Set(part).size > 1) this.#parts.add(part)
    }
  }

  /** @param what Text, or whatever a logger would print of it. */
  emit(where: string, what: unknown): void {
    this.#emitted.push({
      where,
      text: typeof what === 'string' ? what : inspect(what, { depth: 8, maxStringLength: null }),
    })
  }

  /** Reads along what a process prints. */
  watch(where: string, { stdout, stderr }: Pick<ChildProcess, 'stdout' | 'stderr'>): void {
    stdout?.on('data', (text: Buffer | string) => {
      this.emit(`stdout of ${where}`, String(text))
    })
    stderr?.on('data', (text: Buffer | string) => {
      this.emit(`stderr of ${where}`, String(text))
    })
  }

  /** Returns the secrets that were emitted since the last call, each with where and in what. */
  leaks(): string[] {
    const emitted = this.#emitted
    this.#emitted = []
    const all = [...new Set(emitted.map(({ text }) => text))].join('\n')
    const found = this.#candidatesIn(all).filter((secret) => holds(all, secret))
    for (const [run] of all.matchAll(/[\w-]{12,}/g)) {
      for (let at = 0; at + PART <= run.length; at++) {
        const part = run.slice(at, at + PART)
        if (this.#parts.has(part)) found.push(part)
      }
    }
    const leaks = found.flatMap((secret) => {
      const told = emitted.filter(({ text }) => holds(text, secret))
      return told.map(({ where, text }) => `${JSON.stringify(secret)} stands in ${where}: ${text.slice(0, 2000)}`)
    })
    return [...new Set(leaks)]
  }

  /** The secrets whose first characters stand in the text. One pass over the text is much faster than one for each secret. */
  #candidatesIn(text: string): string[] {
    const byBeginning = new Map<string, string[]>()
    for (const secret of this.#secrets) {
      const beginning = secret.slice(0, SHORTEST)
      byBeginning.set(beginning, [...(byBeginning.get(beginning) ?? []), secret])
    }
    const found: string[] = []
    for (let at = 0; at + SHORTEST <= text.length && byBeginning.size > 0; at++) {
      const beginning = text.slice(at, at + SHORTEST)
      found.push(...(byBeginning.get(beginning) ?? []))
      byBeginning.delete(beginning)
    }
    return found
  }
}

function holds(text: string, secret: string): boolean {
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
    const before = text[at - 1] ?? ''
    const after = text[at + secret.length] ?? ''
    if (secret.length > SHORT || !(/\w/.test(before) || /\w/.test(after))) return true
  }
  return false
}

/** One for each process, also where each test file loads the modules anew. */
const ofProcess = globalThis as { secrecyOfTests?: Secrecy }

/** Of the tests of this file. Helpers that start other processes pass on what those print. */
export const secrecy = (ofProcess.secrecyOfTests ??= new Secrecy())
