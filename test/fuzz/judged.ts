import { MARKER, type FuzzCase } from './fuzz-case.js'
import type { HttpAnswer } from './http-answers.js'
import type { Exchange } from './raw-exchange.js'

/** What Node says by itself of malformed HTTP, of what came too slowly, and of headers that are too large. */
const NODES_OWN =
  /^HTTP\/1\.1 (?:400 Bad Request|408 Request Timeout|413 Payload Too Large|431 Request Header Fields Too Large)\r\nConnection: close\r\n\r\n$/

/** What Node answers through the same means as we do, before we are asked: no `Host`, an expectation that it does not know. */
const NODES_ANSWERS = new Set([400, 417])

const CODES = new Set(
  'invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope invalid_token insufficient_scope mfa_required temporarily_unavailable'.split(
    ' ',
  ),
)

/** What is wrong with what a case was answered; empty where nothing is. */
export function faultsOf(fuzzCase: FuzzCase, { answers, rest, ended, broken }: Exchange): string[] {
  const { promise, methods, path } = fuzzCase
  const faults = answers.flatMap((answer, index) => faultsOfAnswer(answer, methods[index] ?? '', path))
  if (!ended) faults.push('the connection hangs')
  if (promise === 'nothing') return faults
  // Cut off where the connection broke, and a body that answers HEAD where a mutation made the method something else.
  if (rest !== '' && !broken && !methods.includes('HEAD')) faults.push(`after the answers came: ${rest}`)
  if (promise === 'answers' && answers.length < methods.length && !answers.some(isLast)) {
    faults.push(`${methods.length} requests got ${answers.length} answers${broken ? ', and the connection broke' : ''}`)
  }
  return faults
}

/** Whether a server that answers this rightly answers no more. */
function isLast({ headers, status }: HttpAnswer): boolean {
  return status !== 200 && headers.get('connection') === 'close'
}

function faultsOfAnswer(answer: HttpAnswer, method: string, path: string | undefined): string[] {
  const { status, headers, body, text } = answer
  if (NODES_OWN.test(text)) return []
  if (NODES_ANSWERS.has(status) && body === '' && !headers.has('content-type')) return []
  if (Number.isNaN(status) || status >= 500) return [`answered ${status}: ${text}`]
  if (text.includes(MARKER)) return [`echoes what was sent: ${text}`]
  if (headers.has('x-application')) {
    // A parser of the application may refuse what is addressed to us, and the guard lets through to it.
    return status === 404 && path !== undefined ? [`is not ours: ${text}`] : []
  }
  const faults = faultsOfHeaders(status, headers, path)
  if (method === 'HEAD' || status === 304) return faults
  return [...faults, ...faultsOfBody(status, body)].map((fault) => `${fault}: ${text}`)
}

function faultsOfHeaders(status: number, headers: ReadonlyMap<string, string>, path: string | undefined): string[] {
  const faults: string[] = []
  const mayBeKept = path?.startsWith('/.well-known/') === true && status < 400
  const want = (name: string, value: RegExp) => {
    if (!value.test(headers.get(name) ?? '')) faults.push(`${name} is ${headers.get(name) ?? 'missing'}`)
  }
  if (status !== 304) want('content-type', /^application\/json; charset=utf-8$/)
  want('cache-control', mayBeKept ? /^public, max-age=\d+$/ : /^no-store$/)
  if (!mayBeKept) want('pragma', /^no-cache$/)
  want('x-content-type-options', /^nosniff$/)
  if (headers.has('x-powered-by')) faults.push('x-powered-by is there')
  if (status === 401) want('www-authenticate', /^(?:Basic|Bearer) realm="/)
  if (status === 405) want('allow', /^[A-Z, ]+$/)
  if (status === 429) want('retry-after', /^[1-9]\d*$/)
  return faults
}

function faultsOfBody(status: number, body: string): string[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return ['is no JSON']
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return ['is no JSON object']
  if (status === 200) return []
  const { error, error_description: description, ...more } = parsed as Record<string, unknown>
  const faults = Object.keys(more).flatMap((name) =>
    name === 'mfa_token' && error === 'mfa_required' ? [] : [`has a member ${name}`],
  )
  if (typeof error !== 'string' || !CODES.has(error)) faults.push('has no registered error code')
  if (typeof description !== 'string' || !/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(description)) {
    faults.push('has no description of RFC 6749 section 5.2')
  }
  return faults
}
