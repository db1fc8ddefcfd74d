import { isIPv4, isIPv6 } from 'node:net'

/**
 * An IP address in its one form: IPv6 as RFC 5952 writes it, and IPv4 in IPv6 (`::ffff:192.0.2.1`) as IPv4. `undefined` for
 * whatever is no address alone: with brackets, a port, a zone or a second address.
 */
export function ipAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  // A zone (`fe80::1%eth0`) means something on one machine only.
  if (!isIPv6(text) || text.includes('%')) return undefined
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical)
  if (mapped === null) return canonical
  const words = mapped.slice(1).map((word) => parseInt(word, 16))
  return words.flatMap((word) => [word >> 8, word & 0xff]).join('.')
}
