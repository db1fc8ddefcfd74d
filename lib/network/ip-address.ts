import { isIPv4, isIPv6 } from 'node:net'

const MAPPED = '::ffff:'
const MAPPED_WORDS = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/
/** The canonical form leaves out words that are zero. */
const NAT64_WORDS = /^64:ff9b::(?:(?:([0-9a-f]+):)?([0-9a-f]+))?$/

/**
 * Returns an IP address in its one form: IPv6 as RFC 5952 writes it, and IPv4 that came inside IPv6 as IPv4, both mapped
 * (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) and translated by NAT64 (`64:ff9b::192.0.2.1`, RFC 6052 section 2.1).
 * Returns `undefined` for anything that is not exactly one address, such as text with brackets, a port or a zone.
 */
export function ipAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  // Servers that listen on both families report every IPv4 address like this, so it must not cost a URL.
  if (text.startsWith(MAPPED) && isIPv4(text.slice(MAPPED.length))) return text.slice(MAPPED.length)
  // A zone (`fe80::1%eth0`) has a meaning on one machine only.
  if (!isIPv6(text) || text.includes('%')) return undefined
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1)
  return embeddedIPv4(canonical) ?? canonical
}

/**
 * The local-use prefix of NAT64, `64:ff9b:1::/48` (RFC 8215), is not decoded: each network chooses where in it the IPv4
 * address stands (RFC 6052 section 2.2).
 */
function embeddedIPv4(canonical: string): string | undefined {
  const words = MAPPED_WORDS.exec(canonical) ?? NAT64_WORDS.exec(canonical)
  if (words === null) return undefined
  const [, high = '0', low = '0'] = words
  return [high, low].flatMap((word) => [parseInt(word, 16) >> 8, parseInt(word, 16) & 0xff]).join('.')
}
