import { lookup } from 'node:dns/promises'
import { isLoopback } from '../settings.js'
import { StartFailure } from '../start-failure.js'

const ANSWER_MS = 20_000

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

/**
 * The issuer of the authorization server there, from its metadata (RFC 8414).
 * @throws StartFailure if it is not an authorization server.
 */
export async function issuerOf(target: string): Promise<string> {
  try {
    const response = await fetch(`${target}/.well-known/oauth-authorization-server`, {
      redirect: 'error', // it could lead to another machine
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    const { issuer } = (await response.json()) as { issuer?: unknown } // the boundary: any server may be there
    if (typeof issuer === 'string') return issuer
  } catch {
    // the sentence below says it
  }
  throw new StartFailure(`${target} does not answer as the example-app does; is it running (npm start)?`)
}

/** What a name leads to is not in the name: `localhost` may be anything in a hosts file. */
async function leadsHere(hostname: string): Promise<boolean> {
  const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => [])
  return addresses.length > 0 && addresses.every(({ address }) => isLoopback(address))
}
