import { hash } from 'node:crypto'
import { randomText } from '../random-text.js'
import { CLIENT_KEY_ALGORITHMS } from '../client.js'
import { publicJwk } from '../tokens/public-jwk.js'
import { UsageError, type Command, type Outcome } from './command.js'
import { newKey, ownJwk } from './new-key.js'

/** RFC 3986 section 2.3: what means the same however a client encodes it in a Basic header. */
const UNRESERVED = /^[A-Za-z0-9._~-]+$/

export const clientCommand: Command = {
  name: 'client',
  summary: 'Makes an id and a secret or a key for a client, and its registration',
  options: {
    id: { value: 'ID', meaning: 'the id, of A-Z a-z 0-9 . _ ~ - only; default: a random one' },
    key: { meaning: 'makes a key pair for private_key_jwt instead of a secret' },
    alg: { value: 'ALG', meaning: `with --key: ${CLIENT_KEY_ALGORITHMS.join(', ')}; default: ES256` },
  },
  explanation: `The secret or private key is shown only this once: give it to the client. The registration for the server holds the
SHA-256 of the secret, or the public key. The characters of id and secret mean the same however a client encodes them.`,
  run({ options, switches }) {
    const id = options['id'] ?? `client-${randomText(12)}`
    if (!UNRESERVED.test(id)) {
      throw new UsageError('--id has characters that clients encode in different ways: use A-Z a-z 0-9 . _ ~ - only.')
    }
    if (switches.has('key')) return keyOutcome(id, options['alg'])
    if (options['alg'] !== undefined) throw new UsageError('--alg needs --key: a secret has no algorithm.')
    const secret = randomText(32)
    const sha256 = hash('sha256', secret, 'hex')
    const registration = { id, secret: { sha256 } }
    return {
      isFine: true,
      result: { id, secret, sha256, registration },
      lines: [
        `id      ${id}`,
        `secret  ${secret}`,
        `sha256  ${sha256}`,
        '',
        'For the server, among its clients:',
        '',
        `{ id: '${id}', secret: { sha256: '${sha256}' } }`,
      ],
      notes: ['The secret is shown this once: give it to the client, and keep it nowhere else.'],
    }
  },
}

function keyOutcome(id: string, alg = 'ES256'): Outcome {
  const algorithm = CLIENT_KEY_ALGORITHMS.find((one) => one === alg)
  if (algorithm === undefined) {
    throw new UsageError(`--alg is not known: give one of ${CLIENT_KEY_ALGORITHMS.join(', ')}.`)
  }
  const key = newKey(algorithm)
  const privateKey = ownJwk(key)
  const registration = { id, keys: [publicJwk(key)] }
  return {
    isFine: true,
    result: { id, privateKey, registration },
    lines: [
      'For the client, as its private key:',
      '',
      JSON.stringify(privateKey),
      '',
      'For the server, among its clients:',
      '',
      JSON.stringify(registration),
    ],
    notes: ['The private key is shown only this once: give it to the client, and keep it nowhere else.'],
  }
}
