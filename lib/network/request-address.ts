import { isIPv4 } from 'node:net'
import { ipAddress } from './ip-address.js'

/** Brackets, as RFC 7239 section 6 requires them around IPv6, and perhaps a port. */
const BRACKETED = /^\[([^\]]*)\](?::\d{1,5})?$/

/** IPv4, or IPv6 that ends in IPv4, and a port. In any other IPv6 a port cannot be told from the last word. */
const WITH_PORT = /^(.*\.\d+):\d{1,5}$/

/** An address of 45 characters with brackets, a zone and a port is shorter. */
const LONGEST = 100

/**
 * Returns the IP address of a request in its one form (see `ipAddress`), from what Express has in `req.ip`. Some proxies
 * write a port, brackets or a zone into `X-Forwarded-For`, and Express leaves them there: they are dropped, because with
 * them each connection would count as a new address. Returns `undefined` for anything that is not an address.
 */
export function requestAddress(ip: string | undefined): string | undefined {
  if (ip === undefined || isIPv4(ip)) return ip
  if (ip.length > LONGEST) return undefined
  const text = ip.trim()
  const [, bare = text] = BRACKETED.exec(text) ?? WITH_PORT.exec(text) ?? []
  const zone = bare.indexOf('%')
  return ipAddress(zone < 0 ? bare : bare.slice(0, zone))
}
