import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { oauthPasswordGrant } from '../../../lib/oauth-password-grant.js'
import { EXAMPLE_SECRETS } from '../../../lib/options/secret-uses.js'
import { clientSecret, refusal, signingSecret, start, workingOptions } from '../working-options.js'

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
const local = { issuer: 'http://localhost:3000' }
const sha256 = (secret: string) => createHash('sha256').update(secret).digest('hex')

describe('the secrets in the README', () => {
  test('are all known as examples, and no others', () => {
    const inReadme = [...readme.matchAll(/[\w~.-]*secret-of[\w~.-]*/g)].map(([secret]) => secret)
    expect([...new Set(inReadme)].sort()).toEqual([...EXAMPLE_SECRETS].sort())
    const given = [...readme.matchAll(/(?:secret|signingKeys): '([^']*)'/g)].map(([, secret]) => secret)
    expect(given.filter((secret) => secret !== undefined && !EXAMPLE_SECRETS.includes(secret))).toEqual([])
  })

  const uses = EXAMPLE_SECRETS.flatMap((secret): [string, Record<string, unknown>][] => [
    ['signingKeys', { signingKeys: secret }],
    ['signingKeys', { signingKeys: Buffer.from(secret) }],
    ['signingKeys[1]', { signingKeys: [signingSecret, { key: secret }] }],
    ['clients[0].secret', { clients: [{ id: 'web', secret }] }],
    ['clients[0].secret', { clients: [{ id: 'web', secret: [clientSecret, { sha256: sha256(secret) }] }] }],
    ['refreshTokens.secret', { refreshTokens: { secret } }],
    ['limits.secret', { limits: { secret } }],
  ])

  test.each(uses)('are refused as %s, except on loopback: %#', (option, overrides) => {
    const message = refusal(() => start(overrides))
    expect(message).toMatch(/ is an example from the README, which everybody knows: generate /)
    expect(message.startsWith(option)).toBe(true)
    expect(start({ ...overrides, ...local })).toBeTypeOf('function')
  })

  test('are refused when keys are reloaded, and the keys in force stay', async () => {
    const { keys } = oauthPasswordGrant(workingOptions())
    const before = keys.list()
    await expect(keys.reload(EXAMPLE_SECRETS[0])).rejects.toThrow(/^signingKeys is an example from the README/)
    expect(keys.list()).toEqual(before)
  })
})

describe('one secret for two uses is refused, on loopback too:', () => {
  test.each<[string, Record<string, unknown>]>([
    ['clients[0].secret is the same secret as signingKeys,', { clients: [{ id: 'web', secret: signingSecret }] }],
    [
      'clients[0].secret is the same secret as signingKeys[0],',
      {
        signingKeys: [signingSecret, `${signingSecret}-old`],
        clients: [{ id: 'web', secret: { sha256: sha256(signingSecret) } }],
      },
    ],
    ['refreshTokens.secret is the same secret as signingKeys,', { refreshTokens: { secret: signingSecret } }],
    ['clients[0].secret is the same secret as refreshTokens.secret,', { refreshTokens: { secret: clientSecret } }],
    ['limits.secret is the same secret as signingKeys,', { limits: { secret: Buffer.from(signingSecret) } }],
    ['limits.secret is the same secret as clients[0].secret,', { limits: { secret: clientSecret } }],
  ])('%s', (message, overrides) => {
    for (const issuer of [{}, local]) {
      const told = refusal(() => start({ ...overrides, ...issuer }))
      expect(told).toContain(message)
      expect(told).toMatch(/: generate another one\.$/)
    }
  })

  test('a key that is reloaded and is a client secret', async () => {
    const { keys } = oauthPasswordGrant(workingOptions())
    await expect(keys.reload(clientSecret)).rejects.toThrow(/^signingKeys is the same secret as clients\[0\]\.secret,/)
  })

  test('two clients may share one, while one takes the place of the other', () => {
    const clients = [
      { id: 'old', secret: clientSecret },
      { id: 'new', secret: clientSecret },
    ]
    expect(start({ clients })).toBeTypeOf('function')
  })
})
