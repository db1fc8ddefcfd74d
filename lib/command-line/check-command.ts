import { isLoopback } from '../network/loopback.js'
import { secureUrlOption } from '../resource-server/secure-url.js'
import { clockFinding } from './check/clock.js'
import type { Finding } from './check/finding.js'
import { headerFindings } from './check/headers.js'
import { keySetFindings } from './check/key-set.js'
import { foundMetadata, memberUrl } from './check/metadata.js'
import { probe, UnreachableError, type ProbeAnswer } from './check/probe.js'
import { refusalFinding, refusals, UNKNOWN_CLIENT } from './check/refusals.js'
import { takesOldTls, transportFindings } from './check/transport.js'
import { UsageError, type Command, type Line, type Mood } from './command.js'

const MOODS: Readonly<Record<Finding['outcome'], Mood>> = { pass: 'good', warn: 'doubtful', fail: 'bad' }

export const checkCommand: Command = {
  name: 'check',
  summary: 'Asks a running server, and says what is not as it should be',
  argument: { value: 'URL', meaning: "the server's issuer, as it stands in the option", isRequired: true },
  options: {
    'token-endpoint': { value: 'URL', meaning: 'default: where the metadata says, else /token behind the URL' },
  },
  explanation: `It looks at metadata, keys, headers, refusals, TLS and the clock: a line each, that says pass, warn or fail and what to do.
It sends no credentials of yours. One request has an id, a secret, a user and a password that were made up for it: the server
counts one failed client authentication.
The exit code is 1 where a line says fail; what it warns of does not count.`,
  async run({ argument = '', options }) {
    const url = serverUrl(argument)
    const given = options['token-endpoint']
    const findings =
      url.protocol === 'https:' || isLoopback(url.hostname)
        ? await findingsOf(issuerOf(argument, url), given === undefined ? undefined : tokenEndpoint(given))
        : [PLAIN_HTTP]
    const count = (outcome: Finding['outcome']) => findings.filter((finding) => finding.outcome === outcome).length
    const counts = { passed: count('pass'), warned: count('warn'), failed: count('fail') }
    const summary = `${counts.passed} passed, ${counts.warned} warned, ${counts.failed} failed`
    return {
      isFine: counts.failed === 0,
      result: { url: argument, ...counts, findings },
      lines: [...findings.map(line), '', summary],
      notes: findings.some(({ about }) => about === UNKNOWN_CLIENT) ? [SENT] : [],
    }
  },
}

const SENT = 'One failed client authentication of a made-up client was sent, and no credentials of yours.'

const PLAIN_HTTP: Finding = {
  outcome: 'fail',
  about: 'TLS',
  message: 'The URL is http, and no loopback: passwords would cross the network in the clear. Nothing was sent.',
  remedy: 'Check the https URL of the server.',
}

function line({ outcome, about, message, remedy }: Finding): Line {
  return { text: `${outcome}  ${about}: ${message}${remedy === undefined ? '' : ` ${remedy}`}`, mood: MOODS[outcome] }
}

function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    /[?#]/.test(text) ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new UsageError('URL must be the https URL of the server, without query, fragment and credentials.')
  }
  return url
}

function tokenEndpoint(text: string): URL {
  try {
    return secureUrlOption('--token-endpoint', text)
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error
  }
}

/** Whoever types a slash behind a host means the same URL; behind a path it is another issuer. */
function issuerOf(text: string, { pathname }: URL): string {
  return pathname === '/' ? text.replace(/\/$/, '') : text
}

async function findingsOf(issuer: string, given: URL | undefined): Promise<readonly Finding[]> {
  const found: Finding[] = []
  try {
    const { findings, members } = await foundMetadata(issuer)
    const endpoint = given ?? memberUrl(members, 'token_endpoint') ?? new URL(`${issuer.replace(/\/$/, '')}/token`)
    found.push(...findings)
    const jwksUri = memberUrl(members, 'jwks_uri')
    // One that is no https URL has its line already; of a server without metadata nothing is known.
    const isKnown = jwksUri !== undefined || (members['jwks_uri'] === undefined && Object.keys(members).length > 0)
    if (isKnown) found.push(...(await keySetFindings(jwksUri)))
    found.push(...(await endpointFindings(endpoint)))
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error
    found.push({
      outcome: 'fail',
      about: 'connection',
      message: `The server cannot be reached: ${error.message}.`,
      remedy: 'See that it runs and is reached from here.',
    })
  }
  return found
}

async function endpointFindings(endpoint: URL): Promise<readonly Finding[]> {
  const answers: ProbeAnswer[] = []
  const refused: Finding[] = []
  // One after the other: a check is no load test.
  for (const refusal of refusals()) {
    const url = new URL(endpoint)
    if (refusal.query !== undefined) url.search = refusal.query
    const answer = await probe(url, refusal.probe)
    answers.push(answer)
    refused.push(refusalFinding(refusal, answer))
  }
  const [first] = answers
  return [
    ...refused,
    ...headerFindings(answers),
    ...(first === undefined ? [] : transportFindings(endpoint, first, await takesOldTls(endpoint))),
    ...(first === undefined ? [] : [clockFinding(first)]),
  ]
}
