import { isJson } from '../network/json-type.js'
import { IssuerError } from './issuer-error.js'

/** What is asked of the issuer: a GET, or a POST where there is a form. */
export interface IssuerRequest {
  readonly signal: AbortSignal
  /** The most bytes of the answer's body, uncompressed. */
  readonly maxBytes: number
  readonly authorization?: string
  readonly form?: URLSearchParams
}

/** The JSON of a 200 from the issuer. Redirects are not followed. @throws IssuerError */
export async function issuerJson(url: URL, { signal, maxBytes, authorization, form }: IssuerRequest): Promise<unknown> {
  const response = await fetch(url, {
    method: form === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    body: form ?? null,
    redirect: 'manual',
    signal,
  }).catch((cause: unknown) => {
    throw failed(url, `could not be reached (${reason(cause)})`, { cause })
  })
  if (response.status !== 200) throw failed(url, `answered ${response.status}`, { status: response.status })
  if (!isJson(response.headers.get('content-type'))) throw failed(url, 'answered what is not JSON')
  const text = await limitedText(url, response, maxBytes)
  try {
    return JSON.parse(text)
  } catch {
    // The parser's sentence quotes the body.
    throw failed(url, 'answered malformed JSON')
  }
}

async function limitedText(url: URL, { body }: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    // The Fetch standard: a body is of bytes. What leaves the loop cancels it.
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) throw failed(url, `answered more than ${maxBytes} bytes`)
      chunks.push(chunk)
    }
  } catch (cause) {
    throw cause instanceof IssuerError ? cause : failed(url, `broke off its answer (${reason(cause)})`, { cause })
  }
  return Buffer.concat(chunks).toString()
}

function failed(url: URL, what: string, options?: { cause?: unknown; status?: number }): IssuerError {
  // A query could hold a secret.
  return new IssuerError('ISSUER_FAILED', `The issuer ${what} at ${url.origin}${url.pathname}.`, options)
}

/** fetch says no more than that it failed; its cause says why. */
function reason(error: unknown): string {
  const { cause = error } = error instanceof Error ? error : {}
  if (!(cause instanceof Error)) return 'for no reason given'
  // The error of a host with several addresses has a code only.
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message
}
