import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ClientRegistration } from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer } from '../start-server.js'
import { run, runForJson } from './program.js'

interface NewClient {
  readonly id: string
  readonly secret: string
  readonly sha256: string
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
