import { expect } from 'vitest'
import { oauthPasswordGrant } from '../../lib/oauth-password-grant.js'
import type { OAuthPasswordGrantOptions } from '../../lib/options/options.js'

export const signingSecret = 'Jv3kQx7~Lm2.Zp9_Ke4wTb8Gh5Nc1Rd6Fy0'
export const clientSecret = 'Wt8gRb5~Yd6.Uf1_Hs0qAe3Xk7Mn2Vj4Cz9'

/** The least that works. */
export function workingOptions(): OAuthPasswordGrantOptions {
  return {
    issuer: 'https://login.example.com',
    audience: 'https://api.example.com',
    signingKeys: signingSecret,
    clients: [{ id: 'web', secret: clientSecret }],
    authenticateUser: () => undefined,
    refreshUser: false,
  }
}

/** Any members at all beside and instead of the ones that work, as a caller in JavaScript may give them. */
export function start(overrides: Record<string, unknown>): unknown {
  return oauthPasswordGrant({ ...workingOptions(), ...overrides })
}

/** The sentence of the TypeError by which a start is refused. */
export function refusal(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof TypeError) return error.message
    return expect.fail(`It was refused by ${String(error)}.`)
  }
  return expect.fail('It was accepted.')
}

/** Every part of so many characters: what must be in no message. */
export function partsOf(secret: string, length = 6): string[] {
  return Array.from({ length: Math.max(1, secret.length - length + 1) }, (_, start) =>
    secret.slice(start, start + length),
  )
}
