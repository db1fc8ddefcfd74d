import { hash } from 'node:crypto'
import { importJWK, SignJWT, type JWK } from 'jose'
import { expect, test } from 'vitest'
import type { ClientRegistration } from '../../lib/index.js'
import { alice, basic, issuer, requestToken, startTokenServer } from '../start-server.js'
import { run, runForJson } from './program.js'

interface NewClient {
  readonly id: string
  readonly secret: string
  readonly sha256: string
  readonly registration: ClientRegistration
}

interface NewKeyClient {
  readonly id: string
  readonly privateKey: JWK
  readonly registration: ClientRegistration
}

test('What client prints logs in, by a Basic header and in the body.', async () => {
  const { result, exitCode } = await runForJson(['client'])
  const { id, secret, sha256, registration } = result as unknown as NewClient // the boundary: its own format
  expect(exitCode).toBe(0)
  expect([id, secret].filter((text) => !/^[A-Za-z0-9._~-]+$/.test(text))).toEqual([])
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  expect(hash('sha256', secret)).toBe(sha256)
  expect(registration).toEqual({ id, secret: { sha256 } })
  const { url } = await startTokenServer({ clients: [registration] })
  const login = { grant_type: 'password', ...alice }
  const answers = [
    await requestToken(url, login, basic({ id, secret })),
    await requestToken(url, { ...login, client_id: id, client_secret: secret }),
    await requestToken(url, login, basic({ id, secret: `${secret}x` })),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 401])
})

test('The registration that it prints for people is code that can be pasted, and holds no secret.', async () => {
  const { stdout } = await run(['client', '--id', 'my.web~backend_1'])
  const secret = /^secret {2}(.+)$/m.exec(stdout)?.[1] ?? ''
  const registration = /^\{ .* \}$/m.exec(stdout)?.[0] ?? ''
  expect(registration).toBe(`{ id: 'my.web~backend_1', secret: { sha256: '${hash('sha256', secret)}' } }`)
  expect(registration).not.toContain(secret)
})

test('No two clients are the same.', async () => {
  const [one, other] = await Promise.all([runForJson(['client']), runForJson(['client'])])
  expect(one.result['id']).not.toBe(other.result['id'])
  expect(one.result['secret']).not.toBe(other.result['secret'])
})

test.each([[[], 'ES256'] as const, [['--alg', 'RS256'], 'RS256'] as const])(
  'What client --key %j prints logs in by private_key_jwt.',
  async (args, alg) => {
    const { result, exitCode } = await runForJson(['client', '--key', ...args])
    expect(exitCode).toBe(0)
    const { id, privateKey, registration } = result as unknown as NewKeyClient // the boundary: its own format
    expect(privateKey).toMatchObject({ alg, kid: registration.keys?.[0]?.['kid'] })
    expect(JSON.stringify(registration)).not.toContain('"d"')
    const { url } = await startTokenServer({ clients: [registration] })
    const jwt = new SignJWT({ iss: id, sub: id, aud: issuer, jti: 'once' }).setExpirationTime('1m')
    const form = {
      client_assertion: await jwt.setProtectedHeader({ alg }).sign(await importJWK(privateKey, alg)),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    }
    expect((await requestToken(url, { grant_type: 'password', ...alice, ...form })).status).toBe(200)
  },
)

test('What client --key prints for people holds the private key once, and the registration apart from it.', async () => {
  const { stdout } = await run(['client', '--key', '--id', 'web'])
  const objects = stdout.split('\n').filter((line) => line.startsWith('{'))
  expect(objects.map((line) => 'd' in (JSON.parse(line) as object))).toEqual([true, false])
})

test.each([
  [['--alg', 'ES256'], '--alg needs --key'],
  [['--key', '--alg', 'HS256'], '--alg is not known'],
  [['--key=ES256'], '--key takes no value'],
])('client %j is refused.', async (args, message) => {
  const { stderr, exitCode } = await run(['client', ...args])
  expect(exitCode).toBe(2)
  expect(stderr).toContain(message)
})
