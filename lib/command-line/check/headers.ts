import { securityHeaders } from '../../endpoint/security-headers.js'
import { found, type Finding } from './finding.js'
import type { ProbeAnswer } from './probe.js'

/** What is for https only has its own place. */
const EXPECTED = Object.keys(securityHeaders()).filter(
  (name) => !['cache-control', 'pragma', 'strict-transport-security'].includes(name),
)

/** The headers that each answer of the token endpoint carries. */
export function headerFindings(answers: readonly ProbeAnswer[]): readonly Finding[] {
  const lacks = (name: string) => answers.some(({ headers }) => headers[name] === undefined)
  const missing = EXPECTED.filter(lacks)
  const [sniffed] = answers.filter(({ headers }) => headers['x-content-type-options'] !== 'nosniff')
  const [powered] = answers.flatMap(({ headers }) => headers['x-powered-by'] ?? [])
  const cached = answers.filter(({ headers }) => !/(?:^|[ ,])no-store(?:$|[ ,])/i.test(headers['cache-control'] ?? ''))
  return [
    found({
      about: 'no-store',
      isKept: cached.length === 0,
      kept: 'No answer of the token endpoint may be cached.',
      broken: `${cached.length} of ${answers.length} answers of the token endpoint may be cached.`,
      remedy: 'Let the proxy pass on Cache-Control: no-store (RFC 6749 section 5.1).',
    }),
    found({
      about: 'nosniff',
      isKept: sniffed === undefined,
      kept: 'X-Content-Type-Options is nosniff.',
      broken: 'X-Content-Type-Options is not nosniff.',
      remedy: 'Let the proxy pass on what the middleware sends.',
    }),
    found({
      about: 'headers',
      isKept: missing.length === 0,
      kept: "All of helmet's are there.",
      broken: `Some of helmet's are missing: ${missing.join(', ')}.`,
      remedy: 'Let the proxy pass on what the middleware sends.',
      severity: 'warn',
    }),
    found({
      about: 'X-Powered-By',
      isKept: powered === undefined,
      kept: 'It is not sent.',
      broken: 'It tells what the server is made of.',
      remedy: "Say app.disable('x-powered-by'), and let the proxy remove it.",
      severity: 'warn',
    }),
  ]
}
