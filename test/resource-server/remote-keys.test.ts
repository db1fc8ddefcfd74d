import { createHash, sign, verify } from 'node:crypto'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { IssuerError } from '../../lib/resource-server/issuer-error.js'
import { remoteKeys, type RemoteKeysOptions } from '../../lib/resource-server/remote-keys.js'
import { badAnswers } from './bad-answers.js'
import { startIssuer, type Answer, type Issuer } from './issuer.js'
import { ecKeyPair, rsaKeyPair } from './json-web-keys.js'
import { failOnUnhandledRejections } from './unhandled-rejections.js'

failOnUnhandledRejections()

const METADATA = '/.well-known/oauth-authorization-server'
const first = ecKeyPair('first')
const second = rsaKeyPair('second')

async function startKeyedIssuer(jwks: Answer): Promise<Issuer> {
  const issuer = await startIssuer({ '/jwks': jwks })
  issuer.answers.set(METADATA, { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` })
  return issuer
}

/** The keys of a server as resource servers see them, and what `onError` was told. */
function keysOf({ url }: Issuer, options: Partial<RemoteKeysOptions> = {}) {
  const told: IssuerError[] = []
  return { told, ...remoteKeys({ issuer: url, onError: (error) => told.push(error), ...options }) }
}

/** The ids of those keys that are found. */
async function found(jwks: Answer, keys: Readonly<Record<string, string>>): Promise<string[]> {
  const remote = keysOf(await startKeyedIssuer(jwks))
  const answers = await Promise.all(Object.entries(keys).map(async ([kid, alg]) => remote.find(kid, alg)))
  return answers.flatMap((key) => (key === undefined ? [] : [key.id]))
}

describe("The issuer's keys", () => {
  test('are found by way of its metadata, and check what it signed.', async () => {
    const issuer = await startKeyedIssuer({ keys: [first.jwk, second.jwk] })
    const keys = keysOf(issuer)
    expect(issuer.log, 'nothing is fetched before a token comes').toEqual([])
    const key = await keys.find('second', 'RS256')
    const signature = sign('sha256', Buffer.from('text'), second.privateKey)
    expect(key).toMatchObject({ id: 'second', algorithm: 'RS256' })
    expect(key !== undefined && verify('sha256', Buffer.from('text'), key.verifyWith, signature)).toBe(true)
    expect(issuer.log).toEqual([METADATA, '/jwks'])
    expect(keys.told).toEqual([])
  })

  test('are found without metadata where their URL is given.', async () => {
    const issuer = await startKeyedIssuer({ keys: [first.jwk] })
    const { find } = keysOf(issuer, { issuer: 'https://login.example.com', jwksUri: `${issuer.url}/jwks` })
    await expect(find('first', 'ES256')).resolves.toMatchObject({ id: 'first' })
    expect(issuer.log).toEqual(['/jwks'])
  })

  test('that are known are answered at once, and parsed once.', async () => {
    const issuer = await startKeyedIssuer({ keys: [first.jwk, second.jwk] })
    const { find } = keysOf(issuer)
    const key = await find('first', 'ES256')
    expect(key).toBeDefined()
    expect(find('first', 'ES256')).toBe(key)
    expect(find('second', 'RS256')).toMatchObject({ id: 'second' })
    expect(issuer.asked('/jwks')).toBe(1)
  })

  test('are pinned to one algorithm each.', async () => {
    const { find } = keysOf(await startKeyedIssuer({ keys: [first.jwk, second.jwk] }))
    await find('second', 'PS256')
    for (const algorithm of ['RS384', 'PS256', 'ES256', 'HS256', 'none', '']) {
      expect(find('second', algorithm), algorithm).toMatchObject({ algorithm: 'RS256' })
    }
  })

  test('are not asked for because of a token whose algorithm no issuer can publish a key for.', async () => {
    const issuer = await startKeyedIssuer({ keys: [first.jwk] })
    const { find } = keysOf(issuer)
    for (const algorithm of ['none', 'HS256', 'HS512', 'EdDSA', 'RSA-OAEP', 'xES256', 'ES256x', '']) {
      expect(find('first', algorithm), algorithm).toBeUndefined()
    }
    expect(issuer.log).toEqual([])
  })

  test('are fetched once for all who ask meanwhile.', async () => {
    const slow: Answer = (_, response) => {
      setTimeout(() => {
        response.writeHead(200, { 'content-type': 'application/jwk-set+json' })
        response.end(JSON.stringify({ keys: [first.jwk] }))
      }, 100)
    }
    const issuer = await startKeyedIssuer(slow)
    const { find } = keysOf(issuer)
    const answers = await Promise.all(Array.from({ length: 100 }, async () => find('first', 'ES256')))
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]?.id).toBe('first')
    expect(issuer.log).toEqual([METADATA, '/jwks'])
  })

  test('are taken from a set that has others, which do not verify.', async () => {
    const weak = rsaKeyPair('weak', 1024)
    const keys = [
      {},
      { kty: 'oct', kid: 'secret', k: 'A'.repeat(43), alg: 'HS256' },
      { ...ecKeyPair('private').privateKey.export({ format: 'jwk' }), kid: 'private' },
      weak.jwk,
      { ...second.jwk, kid: 'encrypting', use: 'enc' },
      { ...ecKeyPair('off-curve').jwk, y: first.jwk.y },
      { ...first.jwk, kid: 'wrong alg', alg: 'RS256' },
      { ...first.jwk, kid: undefined },
      { kty: 7, kid: {}, key_ops: 'x', alg: [] },
      first.jwk,
    ]
    const kids = { secret: 'HS256', private: 'ES256', weak: 'RS256', encrypting: 'RS256', 'off-curve': 'ES256' }
    const asked = { ...kids, 'wrong alg': 'ES256', '': 'ES256', undefined: 'ES256', first: 'ES256' }
    await expect(found({ keys }, asked)).resolves.toEqual(['first'])
  })

  test('with one kid are one: the first of them that can be used.', async () => {
    const unusable = { ...second.jwk, kid: 'twice', use: 'enc' }
    const keys = [unusable, { ...first.jwk, kid: 'twice' }, { ...second.jwk, kid: 'twice' }]
    const { find } = keysOf(await startKeyedIssuer({ keys }))
    await expect(find('twice', 'ES256')).resolves.toMatchObject({ algorithm: 'ES256' })
    expect(find('twice', 'RS256')).toMatchObject({ algorithm: 'ES256' })
  })

  test('are not names of what every object has.', async () => {
    const asked = Object.fromEntries(['__proto__', 'constructor', 'toString'].map((kid) => [kid, 'ES256']))
    await expect(found({ keys: [first.jwk] }, { ...asked, ['__proto__']: 'ES256' })).resolves.toEqual([])
  })

  test('that a JWK points to elsewhere are not fetched.', async () => {
    const issuer = await startKeyedIssuer({ keys: [] })
    const elsewhere = `${issuer.url}/elsewhere`
    issuer.answers.set('/elsewhere', { keys: [second.jwk] })
    issuer.answers.set('/jwks', {
      keys: [
        { kid: 'second', kty: 'RSA', x5u: elsewhere, jku: elsewhere },
        { ...first.jwk, x5u: elsewhere },
      ],
      jwks_uri: elsewhere,
    })
    const { find } = keysOf(issuer)
    await expect(find('second', 'RS256')).resolves.toBeUndefined()
    expect(find('first', 'ES256')).toMatchObject({ id: 'first' })
    expect(issuer.asked('/elsewhere')).toBe(0)
  })

  test('beyond the first hundred of a set are not looked at.', async () => {
    const many = (kid: string) => ({ ...first.jwk, kid })
    const keys = [...Array.from({ length: 100 }, (_, index) => many(`key ${index}`)), many('one too many')]
    const asked = { 'key 0': 'ES256', 'key 99': 'ES256', 'one too many': 'ES256' }
    await expect(found({ keys }, asked)).resolves.toEqual(['key 0', 'key 99'])
    const junk = [first.jwk, ...Array.from({ length: 10_000 }, () => ({}))]
    await expect(found({ keys: junk }, { first: 'ES256' })).resolves.toEqual(['first'])
  })

  test('of a set of 10,000 are refused, for it is too large.', async () => {
    const keys = Array.from({ length: 10_000 }, (_, index) => ({ ...first.jwk, kid: `key ${index}` }))
    const remote = keysOf(await startKeyedIssuer({ keys }))
    await expect(remote.find('key 0', 'ES256')).rejects.toThrow(/answered more than 262144 bytes/)
  })

  test('may come compressed.', async () => {
    const compressed: Answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(gzipSync(JSON.stringify({ keys: [first.jwk] })))
    }
    await expect(found(compressed, { first: 'ES256' })).resolves.toEqual(['first'])
  })
})

describe('Where the endpoint of the keys', () => {
  const nested = (depth: number): Answer => {
    return (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(`{"keys":[{"kid":${'['.repeat(depth)}${']'.repeat(depth)}}]}`)
    }
  }
  const more = [
    { title: 'sends JSON 120,000 deep', answer: nested(120_000), told: /cannot be read/, isEndless: undefined },
    ...['{"keys":{}}', '{"keys":null}', '{"keys":[1]}', '{"keys":[[]]}', '{"keys":[null]}'].map((body) => ({
      title: `sends ${body}`,
      answer: JSON.parse(body) as object,
      told: /cannot be read/,
      isEndless: undefined,
    })),
    { title: 'sends an empty set', answer: { keys: [] }, told: /holds no key that can be used/, isEndless: undefined },
    {
      title: 'sends secrets only',
      answer: { keys: [{ kty: 'oct', kid: 'first', k: 'A'.repeat(43) }] },
      told: /holds no key that can be used/,
      isEndless: undefined,
    },
  ]

  test.for([...badAnswers('/elsewhere'), ...more])(
    '$title, whoever asks is told in time, and the operator once.',
    async ({ answer, told, isEndless }) => {
      const issuer = await startKeyedIssuer(answer)
      issuer.answers.set('/elsewhere', { keys: [first.jwk] })
      const keys = keysOf(issuer, { timeout: isEndless ? 1000 : 5000 })
      const failures = await Promise.all(
        Array.from({ length: 10 }, () => Promise.resolve(keys.find('first', 'ES256')).catch((error: unknown) => error)),
      )
      for (const failure of failures) {
        expect(failure).toBeInstanceOf(IssuerError)
        expect(failure).toMatchObject({ message: expect.stringMatching(told) as string })
      }
      expect(keys.told).toEqual([failures[0]])
      expect(issuer.log).toEqual([METADATA, '/jwks'])
    },
  )

  test('sends without end, little more of it is read than is wanted.', async () => {
    let sent = 0
    const issuer = await startKeyedIssuer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const endless = Readable.from(spaces())
      endless.pipe(response).on('close', () => endless.destroy())
    })
    function* spaces() {
      for (; sent < 1e9; sent += 65_536) yield Buffer.alloc(65_536, ' ')
    }
    await expect(keysOf(issuer).find('first', 'ES256')).rejects.toThrow(/answered more than/)
    expect(sent).toBeLessThan(16e6)
  })

  test('is insecure, its URL is refused at start-up.', () => {
    const issuer = 'https://login.example.com'
    for (const jwksUri of ['http://keys.example.com/jwks', new URL('http://keys.example.com/jwks'), '/jwks', '']) {
      expect(() => remoteKeys({ issuer, jwksUri })).toThrow(/^jwksUri is .*: give an https URL/)
    }
  })
})

test('An issuer whose metadata is not its own gives no key.', async () => {
  const issuer = await startKeyedIssuer({ keys: [first.jwk] })
  issuer.answers.set(METADATA, { issuer: 'https://evil.example.com', jwks_uri: `${issuer.url}/jwks` })
  await expect(keysOf(issuer).find('first', 'ES256')).rejects.toThrow(
    /names another issuer, "https:\/\/evil\.example\.com"/,
  )
  issuer.answers.set(METADATA, { issuer: issuer.url, jwks_uri: 'http://keys.example.com/jwks' })
  await expect(keysOf(issuer).find('first', 'ES256')).rejects.toThrow(/no https URL/)
  issuer.answers.set(METADATA, { issuer: issuer.url })
  await expect(keysOf(issuer).find('first', 'ES256')).rejects.toThrow(/names no jwks_uri/)
  expect(issuer.asked('/jwks')).toBe(0)
})

test('An onError that throws changes nothing.', async () => {
  const issuer = await startIssuer()
  const print = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const { find } = remoteKeys({
    issuer: issuer.url,
    onError: () => {
      throw new Error('of the application')
    },
  })
  await expect(find(createHash('sha256').digest('hex'), 'ES256')).rejects.toBeInstanceOf(IssuerError)
  expect(print).toHaveBeenCalledOnce()
  print.mockRestore()
})
