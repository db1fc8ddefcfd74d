/** Above this many, nobody reads a list of all. */
const MOST_NAMED = 12

/** What to do about a name that is not known: the known name that it was probably meant to be, or all of them. */
export function suggestion(stray: string, known: readonly string[], kind = 'members'): string {
  const closest = closestName(stray, known)
  if (closest !== undefined) return `did you mean ${closest}?`
  return known.length > MOST_NAMED
    ? 'take it away, or look its name up among the options in the README.'
    : `the ${kind} are ${known.join(', ')}.`
}

/** The known name that another one was probably meant to be: the nearest, or the only one that it abbreviates. */
export function closestName(stray: string, known: readonly string[]): string | undefined {
  const lower = stray.toLowerCase()
  const [closest] = known
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.min(Math.max(2, name.length / 4), stray.length / 2))
    .sort((one, other) => one.distance - other.distance)
  if (closest !== undefined) return closest.name
  const [abbreviated, ...others] = known.filter((name) => lower.length > 2 && name.toLowerCase().startsWith(lower))
  return others.length === 0 ? abbreviated : undefined
}

/** How many characters have to be added, removed or replaced to turn one name into the other (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, character] of Array.from(one).entries()) {
    const next = [index + 1]
    for (const [place, expected] of Array.from(other).entries()) {
      const replaced = (row[place] ?? 0) + (character === expected ? 0 : 1)
      next.push(Math.min(replaced, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
