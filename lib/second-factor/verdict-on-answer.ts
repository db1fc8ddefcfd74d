import { PASSWORD_AND_SECOND_FACTOR, type AuthenticationMethods } from '../tokens/authentication-methods.js'
import { OAuthError } from '../oauth-error.js'
import { isPlainObject } from '../options/option-kinds.js'
import type { SecondFactorSettings } from '../options/settings.js'
import type { LoginContext, User } from '../resource-owner.js'

/** What the application says of an answer. */
export type Verdict =
  | { readonly isRight: true; readonly methods: AuthenticationMethods }
  /** `refusal` is its own, where it has thrown one. */
  | { readonly isRight: false; readonly refusal: OAuthError | undefined }

/**
 * Asks the application whether an answer is right. A refusal that it throws is a verdict too, unless it is trouble (500 and
 * up).
 * @throws Error where it says neither yes nor no: `0`, `{}` or another library's `{ valid: false }` must let nobody in.
 */
export async function verdictOnAnswer(
  { verify }: SecondFactorSettings,
  user: User,
  answer: string,
  context: LoginContext,
): Promise<Verdict> {
  try {
    const methods = methodsOf(await verify(user, answer, context))
    return methods === undefined ? { isRight: false, refusal: undefined } : { isRight: true, methods }
  } catch (error) {
    if (error instanceof OAuthError && error.status < 500) return { isRight: false, refusal: error }
    throw error
  }
}

function methodsOf(verdict: unknown): AuthenticationMethods | undefined {
  if (verdict === false || verdict === null || verdict === undefined) return undefined
  if (verdict === true) return PASSWORD_AND_SECOND_FACTOR
  const { amr, acr, ...others } = isPlainObject(verdict) ? verdict : {}
  const isAmr = Array.isArray(amr) && amr.length > 0 && amr.every(isName)
  const isAcr = isName(acr)
  if ((amr !== undefined && !isAmr) || (acr !== undefined && !isAcr)) throw neither()
  if ((!isAmr && !isAcr) || Object.keys(others).length > 0) throw neither()
  return { ...(isAmr ? { amr } : PASSWORD_AND_SECOND_FACTOR), ...(isAcr ? { acr } : {}) }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function neither(): Error {
  return new Error(
    'secondFactor.verify must answer true, false, or an object with amr (a list of texts), acr (a text), or both.',
  )
}
