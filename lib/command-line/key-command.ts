import { publicJwk } from '../tokens/public-jwk.js'
import { SIGNING_ALGORITHMS } from '../tokens/signing-algorithm.js'
import type { SigningKey } from '../tokens/signing-key.js'
import { UsageError, type Command, type Outcome } from './command.js'
import { newKey, ownJwk } from './new-key.js'

const FORMATS = ['jwk', 'pem']

export const keyCommand: Command = {
  name: 'key',
  summary: 'Makes a key that signs access tokens',
  options: {
    alg: { value: 'ALG', meaning: `${SIGNING_ALGORITHMS.join(', ')}; default: ES256` },
    format: { value: 'FORMAT', meaning: 'jwk or pem; default: jwk' },
  },
  explanation: `Prints to stdout what signingKeys takes, and nothing else, so that it can go into a file of its own:

  (umask 077 && npx express-oauth-password-grant key > signing-key.json)

The public key and the kid, the key's RFC 7638 thumbprint, go to stderr; with --json all goes to stdout.
Take ES256 or RS256 where APIs in other processes fetch the public keys, HS256 where only the server itself checks tokens.`,
  run({ options }) {
    const algorithm = SIGNING_ALGORITHMS.find((one) => one === (options['alg'] ?? 'ES256'))
    if (algorithm === undefined)
      throw new UsageError(`--alg is not known: give one of ${SIGNING_ALGORITHMS.join(', ')}.`)
    const format = options['format'] ?? 'jwk'
    if (!FORMATS.includes(format)) throw new UsageError('--format is not known: give jwk or pem.')
    if (format === 'jwk') return jwkOutcome(newKey(algorithm))
    if (algorithm === 'HS256')
      throw new UsageError('HS256 signs with a secret, which has no PEM form: give --format jwk.')
    return pemOutcome(newKey(algorithm))
  },
}

function jwkOutcome(key: SigningKey): Outcome {
  const { id: kid, algorithm: alg, signWith } = key
  const own = ownJwk(key)
  const publicKey = signWith.type === 'secret' ? undefined : publicJwk(key)
  return {
    isFine: true,
    result: { kid, alg, signingKey: own, ...(publicKey === undefined ? {} : { publicKey }) },
    lines: [JSON.stringify(own, undefined, 2)],
    notes: [
      `${alg}, kid ${kid}`,
      ...(publicKey === undefined ? [] : [`public key: ${JSON.stringify(publicKey)}`]),
      publicKey === undefined ? 'Stdout holds the secret: keep it secret.' : PRIVATE,
    ],
  }
}

function pemOutcome({ id: kid, algorithm, signWith, verifyWith }: SigningKey): Outcome {
  const pem = String(signWith.export({ format: 'pem', type: 'pkcs8' }))
  const publicKey = String(verifyWith.export({ format: 'pem', type: 'spki' }))
  return {
    isFine: true,
    result: { kid, alg: algorithm, signingKey: { key: pem, algorithm }, publicKey },
    lines: [pem.trimEnd()],
    notes: [
      `${algorithm}, kid ${kid}`,
      // A PEM does not say with which of its algorithms an RSA key signs.
      `signingKeys takes it as { key: pem, algorithm: '${algorithm}' }`,
      publicKey.trimEnd(),
      PRIVATE,
    ],
  }
}

const PRIVATE = 'Stdout holds the private key: keep it secret.'
