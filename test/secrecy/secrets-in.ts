/** Parameters of a request that are secret. */
const SECRET_PARAMETERS = [
  'password',
  'client_secret',
  'refresh_token',
  'token',
  'mfa_token',
  'otp',
  'client_assertion',
  'code',
]

/** Members of an answer that are. */
const SECRET_MEMBERS = ['access_token', 'refresh_token', 'mfa_token']

/** The secrets in the headers of a request: names in lower case. */
export function secretsInHeader(name: string, value: string): string[] {
  if (name.toLowerCase() !== 'authorization') return []
  const [, scheme = '', credentials = ''] = /^(\S+)\s+(.+)$/.exec(value) ?? []
  if (!/^basic$/i.test(scheme)) return [credentials]
  const pair = Buffer.from(credentials, 'base64').toString()
  const secret = pair.slice(pair.indexOf(':') + 1)
  return [credentials, secret, formDecoded(secret)]
}

/** The secrets in the body of a request: a form. */
export function secretsInForm(body: string): string[] {
  if (!SECRET_PARAMETERS.some((name) => body.includes(`${name}=`))) return []
  const form = new URLSearchParams(body)
  return SECRET_PARAMETERS.flatMap((name) => form.getAll(name))
}

/** The secrets in the body of an answer: JSON. */
export function secretsInAnswer(body: string): string[] {
  if (!body.includes('_token"')) return []
  const members = jsonObject(body)
  return SECRET_MEMBERS.flatMap((name) => {
    const value = members[name]
    return typeof value === 'string' ? [value] : []
  })
}

/** The answer without what it is there to carry. */
export function withoutTokens(body: string): string {
  return secretsInAnswer(body).reduce((text, token) => text.replaceAll(token, ''), body)
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
