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
    throw new TypeError(`${option}.${stray} is not known: ${suggestion(stray, Object.keys(known))}`)
  }
  return value as Readonly<Partial<Record<K, unknown>>> // just checked
}

/** Above this many, nobody reads a list of all. */
const MOST_NAMED = 12

function suggestion(stray: string, known: readonly string[]): string {
  const [closest] = known
    .map((name) => ({ name, distance: editDistance(stray.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(2, name.length / 4))
    .sort((one, other) => one.distance - other.distance)
  if (closest !== undefined) return `did you mean ${closest.name}?`
  return known.length > MOST_NAMED
    ? 'take it away, or look its name up among the options in the README.'
    : `the members are ${known.join(', ')}.`
}

/** How many characters have to be added, taken away or replaced to make one of the other (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, character] of Array.from(one).entries()) {
    const next = [index + 1]
    for (const [place, wanted] of Array.from(other).entries()) {
      const replaced = (row[place] ?? 0) + (character === wanted ? 0 : 1)
      next.push(Math.min(replaced, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

/** What a function of the application returned, without members that are `null`, as a row of a database has them. */
export function withoutNulls(value: unknown): unknown {
  if (!isPlainObject(value)) return value
  const present = Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
  // An object of a class may have getters.
  return Object.assign(Object.create(Object.getPrototypeOf(value) as object | null) as object, present)
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
