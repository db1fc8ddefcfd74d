import { isLoopback } from '../network/loopback.js'
import { wrong } from '../options/option-kinds.js'

/** The URL that a text is, where it is https, or http on loopback, and has no credentials in it. */
export function secureUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const isSecure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
  return isSecure && url.username === '' && url.password === '' ? url : undefined
}

/** @throws TypeError that names `option` where it is no such URL. */
export function secureUrlOption(option: string, value: unknown): URL {
  const url = secureUrl(value instanceof URL ? value.href : value)
  if (url !== undefined) return url
  throw wrong(
    option,
    value,
    'give an https URL without credentials; http is taken for localhost, 127.0.0.1 and [::1] only',
  )
}
