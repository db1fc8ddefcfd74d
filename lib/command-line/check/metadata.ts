import { wellKnownPlaces } from '../../resource-server/issuer-metadata.js'
import { secureUrl } from '../../resource-server/secure-url.js'
import { shown } from '../../values/shown.js'
import { found, type Finding } from './finding.js'
import { probe } from './probe.js'

/** What the server says of itself (RFC 8414). */
export interface FoundMetadata {
  readonly findings: readonly Finding[]
  readonly members: Readonly<Record<string, unknown>>
}

const ABOUT = 'metadata'

/** @throws UnreachableError */
export async function foundMetadata(issuer: string): Promise<FoundMetadata> {
  const places = [...wellKnownPlaces(issuer)]
  const answers = await Promise.all(places.map((place) => probe(new URL(place))))
  const [first = '', ...others] = places
  const index = answers.findIndex(({ status }) => status !== 404)
  const answer = answers[index]
  const place = places[index] ?? first
  if (answer === undefined) {
    return {
      members: {},
      findings: [
        {
          outcome: 'warn',
          about: ABOUT,
          message: `There is none at ${[first, ...others].join(', ')}.`,
          remedy: 'Serve it there (RFC 8414), so that clients and APIs find endpoints and keys by themselves.',
        },
      ],
    }
  }
  if (answer.status !== 200 || answer.json === undefined) {
    return {
      members: {},
      findings: [
        {
          outcome: 'fail',
          about: ABOUT,
          message: `${place} answers ${answer.status}${answer.json === undefined ? ', and no JSON object' : ''}.`,
          remedy: 'Answer 200 with a JSON object as application/json (RFC 8414 section 3.2).',
        },
      ],
    }
  }
  return {
    members: answer.json,
    findings: [
      found({
        about: ABOUT,
        isKept: index === 0,
        kept: `It is at ${first}.`,
        broken: `It is at ${place}, and not at ${first}, where RFC 8414 section 3.1 puts it.`,
        remedy: 'Mount oauth.wellKnown() at the root of the application, or let the proxy answer there too.',
        severity: 'warn',
      }),
      ...memberFindings(issuer, answer.json),
    ],
  }
}

function memberFindings(issuer: string, members: Readonly<Record<string, unknown>>): readonly Finding[] {
  const urls = Object.entries(members).filter(([name]) => /_(?:endpoint|uri)$/.test(name))
  const insecure = urls.filter(([, value]) => secureUrl(value) === undefined).map(([name]) => name)
  const grants = members['grant_types_supported']
  return [
    found({
      about: 'issuer',
      isKept: members['issuer'] === issuer,
      kept: `It is ${shown(issuer)}, as asked for.`,
      broken: `It is ${shown(members['issuer'])}, and ${shown(issuer)} was asked for: both must be the same, byte for byte.`,
      remedy: 'Check the URL as it stands in the option issuer, or set that option (RFC 8414 section 3.3).',
    }),
    found({
      about: 'endpoint URLs',
      isKept: insecure.length === 0,
      kept: 'All are https, or http on loopback.',
      broken: `No https URL: ${insecure.join(', ')}.`,
      remedy: 'Set issuer to the https URL by which clients reach the server.',
    }),
    found({
      about: 'token_endpoint',
      isKept: typeof members['token_endpoint'] === 'string',
      kept: `It is ${shown(members['token_endpoint'])}.`,
      broken: 'The metadata does not name it.',
      remedy: 'Name it (RFC 8414 section 2).',
    }),
    found({
      about: 'grant types',
      isKept: Array.isArray(grants) && grants.includes('password'),
      kept: 'The password grant is offered.',
      broken: `grant_types_supported is ${shown(grants)}, and password is not among it.`,
      remedy: 'Check that this is the server that was meant.',
      severity: 'warn',
    }),
  ]
}

/** A member of the metadata that is a URL. */
export function memberUrl(members: Readonly<Record<string, unknown>>, name: string): URL | undefined {
  return secureUrl(members[name])
}
