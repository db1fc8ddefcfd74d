import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'

export const guardAlgorithms = ['HS256', 'ES256', 'RS256'] as const

export type GuardAlgorithm = (typeof guardAlgorithms)[number]

export interface GuardKey {
  readonly signWith: KeyObject
  readonly verifyWith: KeyObject
}

const VARIABLE = 'BENCH_GUARD_KEYS'

/** Makes the keys of one run, for this process and those that it starts. */
export function makeGuardKeys(): void {
  const pem = { type: 'pkcs8', format: 'pem' } as const
  process.env[VARIABLE] = JSON.stringify({
    HS256: randomBytes(32).toString('base64url'),
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem),
    RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem),
  } satisfies Record<GuardAlgorithm, string | Buffer>)
}

export function guardKey(algorithm: GuardAlgorithm): GuardKey {
  const made = JSON.parse(process.env[VARIABLE] ?? '{}') as Record<GuardAlgorithm, string> // the boundary: made above
  if (algorithm === 'HS256') {
    const secret = createSecretKey(Buffer.from(made.HS256))
    return { signWith: secret, verifyWith: secret }
  }
  const signWith = createPrivateKey(made[algorithm])
  return { signWith, verifyWith: createPublicKey(signWith) }
}

export const guardKeyId = 'bench-key'
