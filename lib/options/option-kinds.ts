/** Checks of single options. Each throws a TypeError that names the option, what is wrong and what to do. */

export function wrong(option: string, value: unknown, remedy: string): TypeError {
  return new TypeError(`${option} is ${described(value)}: ${remedy}.`)
}

/** A value as a sentence may show it: its kind, and itself only where it cannot be a secret. */
function described(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  return typeof value === 'function' ? 'a function' : `of type ${typeof value}`
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An object with no members but the known ones, so that a mistyped option is not a defence that is silently off. */
export function knownMembers<K extends string>(
  option: string,
  value: unknown,
  known: Readonly<Record<K, true>>,
): Readonly<Partial<Record<K, unknown>>> {
  if (!isPlainObject(value)) throw wrong(option, value, `give an object with ${Object.keys(known).join(', ')}`)
  const stray = Object.keys(value).find((member) => !Object.hasOwn(known, member))
  if (stray !== undefined) {
    throw new TypeError(`${option}.${stray} is not known: the members are ${Object.keys(known).join(', ')}.`)
  }
  return value as Readonly<Partial<Record<K, unknown>>> // just checked
}

export function nonEmptyText(option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw wrong(option, value, 'give a text that is not empty')
  return value
}

export function optionalFunction<F>(option: string, value: F | undefined): F | undefined {
  if (value !== undefined && typeof value !== 'function') throw wrong(option, value, 'give a function, or leave it out')
  return value
}

export function wholeNumber(option: string, value: unknown, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw wrong(option, value, `give a whole number from ${least} up`)
  }
  return value
}

/** One text, or a list of one or more. */
export function oneOrMore(option: string, value: unknown): string | readonly string[] {
  if (!Array.isArray(value)) return nonEmptyText(option, value)
  if (value.length === 0) throw wrong(option, value, 'name at least one')
  return Object.freeze(value.map((one, index) => nonEmptyText(`${option}[${index}]`, one)))
}

/** A path as the middleware compares it: from a slash on, and without one at its end. */
export function path(option: string, value: unknown): string {
  // What is not ASCII arrives percent-encoded, and would never be met.
  if (typeof value !== 'string' || !/^\/(?:[!"$->@-~]*[!"$-.0->@-~])?$/.test(value) || value.startsWith('//')) {
    throw wrong(option, value, `give a path such as '/token', with a slash at its start and none at its end`)
  }
  return value
}

/** A path at which an application mounts a middleware, `''` for its root. */
export function mountPathOption(option: string, value: unknown): string {
  return value === undefined || value === '' || value === '/' ? '' : path(option, value)
}
