import type { ProbeAnswer, Probe } from './probe.js'
import { randomText } from '../../random-text.js'
import { shown } from '../../values/shown.js'
import { found, type Finding } from './finding.js'

/** A request that the token endpoint must refuse, and how. */
export interface Refusal {
  readonly about: string
  /** What is wrong with it, as the subject of a sentence. */
  readonly what: string
  readonly query?: string
  readonly probe: Probe
  readonly answers: number
  readonly error: string
  readonly header?: { readonly name: string; readonly pattern: RegExp }
  readonly remedy: string
}

/** What the request that fails to authenticate is about. */
export const UNKNOWN_CLIENT = 'unknown client'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
/** One that nobody has: what ignores the fault under test gets no further than here, and no client authentication is tried. */
const UNKNOWN_GRANT = 'grant_type=urn%3Aexample%3Acheck'

function post(body: string, headers: Readonly<Record<string, string>> = FORM): Probe {
  return { method: 'POST', headers, body }
}

/** Only the last gets as far as the client, with an id and a secret made up for it: one failed client authentication. */
export function refusals(): readonly Refusal[] {
  return [
    {
      about: 'GET',
      what: 'A GET',
      probe: {},
      answers: 405,
      error: 'invalid_request',
      header: { name: 'allow', pattern: /\bPOST\b/ },
      remedy: 'Only POST is for the token endpoint (RFC 6749 section 3.2): see that nothing before it answers GET.',
    },
    {
      about: 'JSON body',
      what: 'A JSON body',
      probe: post('{"grant_type":"urn:example:check"}', { 'content-type': 'application/json' }),
      answers: 415,
      error: 'invalid_request',
      remedy: 'Take forms only: a parser of JSON lets objects in where texts are expected.',
    },
    {
      about: 'no grant_type',
      what: 'A request without grant_type',
      probe: post('scope=check'),
      answers: 400,
      error: 'invalid_request',
      remedy: 'Answer as RFC 6749 section 5.2 says.',
    },
    {
      about: 'unknown grant_type',
      what: 'An unknown grant_type',
      probe: post(UNKNOWN_GRANT),
      answers: 400,
      error: 'unsupported_grant_type',
      remedy: 'Answer as RFC 6749 section 5.2 says.',
    },
    {
      about: 'repeated parameter',
      what: 'A repeated parameter',
      probe: post(`${UNKNOWN_GRANT}&scope=one&scope=two`),
      answers: 400,
      error: 'invalid_request',
      remedy: 'Refuse it (RFC 6749 section 3.2); mount the middleware before body parsers, which hide it.',
    },
    {
      about: 'parameter in the URL',
      what: 'A parameter in the query string',
      query: 'username=check',
      probe: post(UNKNOWN_GRANT),
      answers: 400,
      error: 'invalid_request',
      remedy: 'Refuse it (RFC 6749 section 2.3.1): URLs are logged.',
    },
    {
      about: UNKNOWN_CLIENT,
      what: 'A client that does not exist',
      probe: post(`grant_type=password&username=check-${randomText(12)}&password=${randomText(12)}`, {
        ...FORM,
        authorization: `Basic ${Buffer.from(`check-${randomText(12)}:${randomText(32)}`).toString('base64')}`,
      }),
      answers: 401,
      error: 'invalid_client',
      header: { name: 'www-authenticate', pattern: /^Basic\b/i },
      remedy: 'Answer 401 with WWW-Authenticate: Basic (RFC 6749 section 5.2).',
    },
  ]
}

export function refusalFinding(refusal: Refusal, { status, headers, json }: ProbeAnswer): Finding {
  const { about, what, answers, error, header, remedy } = refusal
  if (status === 429) {
    return {
      outcome: 'warn',
      about,
      message: 'The server limits this address, and did not look at the request.',
      remedy: `Ask again in ${headers['retry-after'] ?? 'some'} seconds.`,
    }
  }
  const value = header === undefined ? undefined : headers[header.name]
  const faults = [
    ...(status === answers ? [] : [`is answered ${status}, and not ${answers}`]),
    ...(json === undefined
      ? ['is not answered in JSON']
      : json['error'] === error
        ? []
        : [`has the error ${shown(json['error'])}, and not ${error}`]),
    ...(header === undefined || header.pattern.test(String(value ?? ''))
      ? []
      : [`is answered without ${header.name}, or with another value`]),
  ]
  return found({
    about,
    isKept: faults.length === 0,
    kept: `${what} is answered ${answers} ${error}.`,
    broken: `${what} ${faults.join('; it ')}.`,
    remedy,
  })
}
