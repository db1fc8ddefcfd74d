import { issuerOption } from '../options/issuer.js'
import { IssuerError } from '../resource-server/issuer-error.js'
import { UsageError, type Command, type Given, type Line, type Outcome } from './command.js'
import { standardInput } from './standard-input.js'
import { decodedJwt, type DecodedJwt } from './token/decoded-jwt.js'
import { examinedToken, type ExaminedToken } from './token/examined-token.js'
import { givenKeys, type GivenKeys } from './token/given-keys.js'
import { duration, instant } from './token/time-in-words.js'
import { fault, type TokenFault } from './token/token-fault.js'

/** As the guard takes them by default. */
const CLOCK_TOLERANCE = 5

export const tokenCommand: Command = {
  name: 'token',
  summary: 'Decodes and verifies one access token, and says what is wrong with it',
  argument: {
    value: 'TOKEN',
    meaning: 'the token; "-" or nothing: it is on stdin, where other users of the machine do not see it',
    isRequired: false,
  },
  options: {
    issuer: { value: 'URL', meaning: 'the iss that it must have; its keys are fetched from there if none are given' },
    audience: { value: 'AUD', meaning: 'what must be among its aud' },
    'secret-file': { value: 'FILE', meaning: 'the signing key, as signingKeys takes it; "-": it is on stdin' },
    'secret-env': { value: 'NAME', meaning: 'the variable of the environment that holds it' },
    jwks: { value: 'FILE|URL', meaning: 'the public keys' },
  },
  explanation: `  npx express-oauth-password-grant token --issuer https://login.example.com --audience https://api.example.com < token.txt

Without keys it checks all but the signature, and says so. A token whose signature was not checked may be anybody's.
The signature itself is never printed.`,
  async run(given) {
    const { options } = given
    const token = await givenToken(given)
    const issuer = options['issuer'] === undefined ? undefined : issuerUrl(options['issuer'])
    const jwt = decodedJwt(token)
    if (typeof jwt === 'string') return outcome(undefined, fault('not_a_jwt', jwt), 'not checked', [])
    const keys = await keysOrFault(options)
    const expected = {
      issuer,
      audience: options['audience'],
      now: Math.floor(Date.now() / 1000),
      clockTolerance: CLOCK_TOLERANCE,
    }
    const unavailable = 'code' in keys ? keys : undefined
    const examined = examinedToken(token, jwt, 'code' in keys ? undefined : keys.given, expected)
    const isBare = !('code' in keys) && keys.given === undefined
    return outcome(jwt, examined.fault ?? unavailable, examined.signature, [
      ...(isBare ? ['its signature: give --issuer, --jwks, --secret-file or --secret-env'] : []),
      ...(issuer === undefined ? ['its iss: give --issuer'] : []),
      ...(options['audience'] === undefined ? ['its aud: give --audience'] : []),
    ])
  },
}

async function givenToken({ argument = '-', options }: Given): Promise<string> {
  if (argument !== '-') return argument
  if (options['secret-file'] === '-') throw new UsageError('Token and key cannot both be on stdin.')
  // As it is copied from a header.
  const text = (await standardInput()).trim().replace(/^Bearer +/i, '')
  if (text === '') throw new UsageError('Stdin holds no token.')
  return text
}

function issuerUrl(issuer: string): string {
  try {
    return issuerOption(issuer)
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(`--${error.message}`) : error
  }
}

/** An issuer that cannot be asked is a fault beside those of the token, not one of the command line. */
async function keysOrFault(options: Given['options']): Promise<TokenFault | { readonly given: GivenKeys | undefined }> {
  try {
    const { issuer, jwks, 'secret-file': secretFile, 'secret-env': secretEnv } = options
    return { given: await givenKeys({ issuer, jwks, secretFile, secretEnv }) }
  } catch (error) {
    if (error instanceof IssuerError)
      return fault('keys_unavailable', `Its signature cannot be checked: ${error.message}`)
    throw error
  }
}

function outcome(
  jwt: DecodedJwt | undefined,
  found: TokenFault | undefined,
  signature: ExaminedToken['signature'],
  unchecked: readonly string[],
): Outcome {
  const isFine = found === undefined
  const isDoubtful = unchecked.length > 0
  const verdict =
    found?.sentence ?? (isDoubtful ? 'Nothing is wrong with what was checked.' : 'The access token is valid.')
  return {
    isFine,
    result: {
      valid: isFine && !isDoubtful,
      ...(found === undefined ? {} : { error: found.code }),
      message: verdict,
      signature,
      ...(isDoubtful ? { unchecked } : {}),
      ...jwt,
    },
    lines: [
      { text: verdict, mood: isFine ? (isDoubtful ? 'doubtful' : 'good') : 'bad' },
      ...unchecked.map((what): Line => ({ text: `Not checked: ${what}.`, mood: 'doubtful' })),
      ...(jwt === undefined ? [] : ['', 'header', ...members(jwt.header), '', 'claims', ...members(jwt.claims)]),
    ],
  }
}

const TIMES = ['exp', 'nbf', 'iat', 'auth_time']

function members(values: Readonly<Record<string, unknown>>): string[] {
  const now = Math.floor(Date.now() / 1000)
  return Object.entries(values).map(([name, value]) => {
    const time = TIMES.includes(name) && typeof value === 'number' ? value : undefined
    const when = time === undefined ? '' : time > now ? `in ${duration(time - now)}` : `${duration(now - time)} ago`
    return `  ${JSON.stringify(name)}: ${JSON.stringify(value)}${time === undefined ? '' : `  (${instant(time)}, ${when})`}`
  })
}
