import type { EventRequest, TellEvent } from '../event.js'
import type { AccessTokenRefusal } from './access-token-refusal.js'

/**
 * Refusals that show a misconfiguration rather than an attack or an old token. Anybody can send a token with an unknown key,
 * so that one may be a false alarm: it is printed once.
 */
const MISCONFIGURATIONS: Partial<Record<AccessTokenRefusal['reason'], string>> = {
  issuer: 'their issuer is not the expected one',
  audience: 'they are for another audience',
  unknown_key:
    'no key has their key ID (kid); if the issuer signs with a secret (HS256), give resourceServer that secret, because only private keys have public ones',
  not_yet_valid: 'they are not valid yet, so a clock is wrong (here or at the issuer)',
}

const WRONG_SECRET = 'their signature is wrong, so the secret is not the one with which the issuer signs'

/**
 * Reports refused tokens as events. Without a listener, a misconfiguration is a process warning with the code
 * `OAUTH_MISCONFIGURED`, once for each reason and guard.
 * @param hasSecret Whether the guard verifies with a secret: a wrong signature then means that it has another one than the issuer.
 */
export function refusalReport(onEvent: TellEvent, isHeard: boolean, hasSecret = false) {
  const warned = new Set<string>()
  const problems = hasSecret ? { ...MISCONFIGURATIONS, signature: WRONG_SECRET } : MISCONFIGURATIONS
  return (refusal: AccessTokenRefusal, request: EventRequest): void => {
    onEvent({ type: 'access_token_refused', ...refusal }, request)
    const misconfiguration = problems[refusal.reason]
    if (misconfiguration === undefined || warned.has(refusal.reason) || isHeard) return
    warned.add(refusal.reason)
    const { expected, got } = refusal
    const comparison = [expected && `expected ${expected}`, got && `got ${got}`].filter((part) => part !== undefined)
    const found = comparison.length === 0 ? '' : `: ${comparison.join(', ')}`
    process.emitWarning(`Access tokens are refused because ${misconfiguration}${found}.`, {
      code: 'OAUTH_MISCONFIGURED',
      detail:
        'Run "npx express-oauth-password-grant token" with one of the tokens to see everything that is wrong with it. Later refusals are only reported to onEvent.',
    })
  }
}
