import { Secret, TOTP } from 'otpauth'
import type { OAuthEvent, OAuthPasswordGrantOptions, SecondFactorOptions } from '../../lib/index.js'
import { MFA_GRANT_TYPE, requireSecondFactor } from '../../lib/index.js'
import { alice, basic, bob, requestToken, startTokenServer, webBackend } from '../start-server.js'

export const client = basic(webBackend)
export const passwordLogin = { grant_type: 'password', ...alice, scope: 'contacts.read' }

/** An authenticator app and the server's copy of its secret. */
export const authenticator = new TOTP({ secret: new Secret({ size: 20 }) })

export const rightCode = () => authenticator.generate()
export const wrongCode = () => (authenticator.generate() === '000000' ? '000001' : '000000')

export const findUser = (subject: string) => ({ id: subject })

export const secondFactor: SecondFactorOptions = {
  verify: (_user, code) => authenticator.validate({ token: code, window: 1 }) !== null,
  findUser,
}

/** alice needs a second factor, bob needs none. */
export function secondFactorOptions(
  overrides: Partial<OAuthPasswordGrantOptions> = {},
): Partial<OAuthPasswordGrantOptions> {
  return {
    authenticateUser: (username, password) => {
      if (username === bob.username && password === bob.password) return { id: username }
      return username === alice.username && password === alice.password && requireSecondFactor({ id: username })
    },
    secondFactor,
    ...overrides,
  }
}

export async function startSecondFactorServer(
  overrides: Partial<OAuthPasswordGrantOptions> = {},
  setup: Parameters<typeof startTokenServer>[1] = {},
) {
  const events: OAuthEvent[] = []
  const server = await startTokenServer(
    secondFactorOptions({ onEvent: (event) => events.push(event), ...overrides }),
    setup,
  )
  return { ...server, events }
}

/** Gives the right password. Answers the mfa_token. */
export async function mfaTokenFrom(url: string, headers = client): Promise<string> {
  const { status, body } = await requestToken(url, passwordLogin, headers)
  if (status !== 403) throw new Error(`No second factor was asked for: ${status} ${JSON.stringify(body)}`)
  return String(body['mfa_token'])
}

export function answerSecondFactor(
  url: string,
  mfaToken: string,
  otp: string,
  headers: Record<string, string> = client,
) {
  return requestToken(url, { grant_type: MFA_GRANT_TYPE, mfa_token: mfaToken, otp }, headers)
}
