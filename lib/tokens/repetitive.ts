/** A text of up to 16 characters that is repeated has at most this many different pairs of neighbours. */
const MOST_PAIRS = 16

/**
 * Whether bytes repeat themselves so much that nobody can have generated them: `xxxx…`, spaces, `abab…`, `password` four times.
 * Counts the different pairs of neighbouring bytes. Of 32 random bytes, 64 hexadecimal digits have about 56 and 43 characters of
 * base64url 42; that either has 16 or fewer is less likely than one in 10^50.
 */
export function isRepetitive(bytes: Buffer): boolean {
  const pairs = new Set<number>()
  for (let index = 0; index + 1 < bytes.length; index++) pairs.add(bytes.readUInt16BE(index))
  return pairs.size <= MOST_PAIRS
}
