import { lookup } from 'node:dns/promises'
import { isLoopback } from '../settings.js'
import { StartFailure } from '../start-failure.js'

/**
 * The URL of the server to attack, without a slash at its end.
 * @throws StartFailure unless it is on this machine: whoever attacks another one needs its owner's leave, and another tool.
 */
export async function loopbackTarget(text: string): Promise<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    isLoopback(url.hostname) &&
    (await leadsHere(url.hostname))
  )
    return url.origin + url.pathname.replace(/\/+$/, '')
  throw new StartFailure(
    `npm run attack takes the URL of a server on this machine, such as http://127.0.0.1:3000, and no other; it was given ${JSON.stringify(text)}.`,
  )
}

/** What a name leads to is not in the name: `localhost` may be anything in a hosts file. */
async function leadsHere(hostname: string): Promise<boolean> {
  const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => [])
  return addresses.length > 0 && addresses.every(({ address }) => isLoopback(address))
}
