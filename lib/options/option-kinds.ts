import { described, quoted } from '../values/shown.js'
import { suggestion } from '../values/suggestion.js'

/** Checks of single options. Each throws a TypeError that names the option, what was found and what to do. */

/** The error of an option that may hold a secret: of strings and bytes it names the kind only. */
export function wrong(option: string, value: unknown, remedy: string): TypeError {
  return new TypeError(`${option} is ${described(value)}: ${remedyFor(option, remedy)}.`)
}

/** The error of an option that never holds a secret: it shows the value. */
export function wrongValue(option: string, value: unknown, remedy: string): TypeError {
  return new TypeError(`${option} is ${quoted(value)}: ${remedyFor(option, remedy)}.`)
}

/** What a function of the application returned is named by its call, such as `clients("web").scopes`. */
function remedyFor(option: string, remedy: string): string {
  return /^[\w.]+\(/.test(option) ? remedy.replace(/^give /, 'return ') : remedy
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
    throw new TypeError(`${option}.${stray} is not known: ${suggestion(stray, Object.keys(known))}`)
  }
  return value as Readonly<Partial<Record<K, unknown>>> // just checked
}

/** What a function of the application returned, without members that are `null`, as a row of a database has them. */
export function withoutNulls(value: unknown): unknown {
  if (!isPlainObject(value)) return value
  const present = Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
  // An object of a class may have getters.
  return Object.assign(Object.create(Object.getPrototypeOf(value) as object | null) as object, present)
}

/** A string that is not empty, for an option that never holds a secret. */
export function nonEmptyText(option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw wrongValue(option, value, 'give a string that is not empty')
  return value
}

export function optionalFunction<F>(option: string, value: F | undefined): F | undefined {
  if (value !== undefined && typeof value !== 'function') throw wrong(option, value, 'give a function, or leave it out')
  return value
}

/** `undefined` if it is left out. */
export function optionalBoolean(option: string, value: unknown): boolean | undefined {
  if (value !== undefined && typeof value !== 'boolean') {
    throw wrongValue(option, value, 'give true or false, or leave it out')
  }
  return value
}

export function wholeNumber(option: string, value: unknown, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw wrongValue(option, value, `give a whole number from ${least} up`)
  }
  return value
}

/** One string, or an array of one or more. */
export function oneOrMore(option: string, value: unknown): string | readonly string[] {
  if (!Array.isArray(value)) {
    if (typeof value === 'string' && value !== '') return value
    throw wrongValue(option, value, 'give a string that is not empty, or an array of such strings')
  }
  if (value.length === 0) throw wrong(option, value, 'give at least one string')
  return Object.freeze(value.map((one, index) => nonEmptyText(`${option}[${index}]`, one)))
}

/** A path as the middleware compares it: with a slash at its start and none at its end. */
export function path(option: string, value: unknown): string {
  // What is not ASCII arrives percent-encoded, and would never match.
  if (typeof value !== 'string' || !/^\/(?:[!"$->@-~]*[!"$-.0->@-~])?$/.test(value) || value.startsWith('//')) {
    throw wrongValue(option, value, `give a path such as '/token', with a slash at its start and none at its end`)
  }
  return value
}

/** A path at which an application mounts a middleware, `''` for its root. */
export function mountPathOption(option: string, value: unknown): string {
  return value === undefined || value === '' || value === '/' ? '' : path(option, value)
}
