import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { certificate } from './certificates.js'
import { answerJson, startCheckedServer, type Tamper } from './checked-server.js'
import { run, runForJson } from './program.js'

interface Finding {
  readonly outcome: 'pass' | 'warn' | 'fail'
  readonly about: string
  readonly message: string
  readonly remedy?: string
}

async function findings(url: string, env: Readonly<Record<string, string>> = {}) {
  const { exitCode, result } = await runForJson(['check', url], { env })
  return { exitCode, found: result['findings'] as readonly Finding[] } // the boundary: its own format
}

const signingKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const rsaJwk = (modulusLength: number): JsonWebKey =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' })

test.for([
  { keys: 'a private key', options: { signingKeys } },
  { keys: 'a secret', options: {} },
])('A server of ours with $keys passes in all on loopback.', async ({ options }) => {
  const { url, events } = await startCheckedServer({ options })
  const { exitCode, found } = await findings(`${url}/`)
  expect(found.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
  expect(exitCode).toBe(0)
  expect(found.length).toBeGreaterThan(14)
  // It costs one failed client authentication.
  expect(events.map(({ type }) => type)).toEqual(['client_refused'])
})

test('For people there is a line each, a summary, and what was sent.', async () => {
  const { url } = await startCheckedServer({ options: { signingKeys } })
  const { stdout, stderr } = await run(['check', url])
  const lines = stdout.trimEnd().split('\n')
  expect(lines.slice(0, -2).filter((line) => !/^pass {2}[\w .-]+: .+\.$/.test(line))).toEqual([])
  expect(lines.at(-1)).toMatch(/^\d+ passed, 0 warned, 0 failed$/)
  expect(stderr).toMatch(/^One failed client authentication/)
})

const METADATA = '/.well-known/oauth-authorization-server'
const KEYS = '/.well-known/jwks.json'

/** Answers another document at a path. */
function document(path: string, change: (url: string) => unknown, headers = {}): Tamper {
  return ({ url, headers: { host = '' } }, response) =>
    url === path && answerJson(response, 200, change(`http://${host}`), headers)
}

/** Changes or removes a header of every answer. */
function header(name: string, value?: string): Tamper {
  return (_, response) => {
    const set = response.setHeader.bind(response)
    response.setHeader = (one, given) => {
      if (one.toLowerCase() !== name) return set(one, String(given))
      return value === undefined ? response : set(one, value)
    }
    if (value !== undefined) set(name, value)
    return false
  }
}

const metadata = (url: string) => ({
  issuer: url,
  token_endpoint: `${url}/token`,
  jwks_uri: `${url}${KEYS}`,
  grant_types_supported: ['password'],
})
const keySet = (...keys: object[]) => document(KEYS, () => ({ keys }), { 'cache-control': 'max-age=600' })

/** Takes a POST for one whose only fault is its grant_type, where it is so. */
function careless(isSo: (url: string, contentType: string) => boolean): Tamper {
  return ({ method, url = '', headers }, response) =>
    method === 'POST' &&
    isSo(url, headers['content-type'] ?? '') &&
    answerJson(response, 400, { error: 'unsupported_grant_type' })
}

const faults: readonly { fault: string; about: string; outcome: 'warn' | 'fail'; says: string; tamper: Tamper }[] = [
  {
    fault: 'no metadata',
    about: 'metadata',
    outcome: 'warn',
    says: 'There is none at http://127.0.0.1',
    tamper: ({ url = '' }, response) => url.startsWith('/.well-known/') && answerJson(response, 404, {}),
  },
  {
    fault: 'metadata that is HTML',
    about: 'metadata',
    outcome: 'fail',
    says: 'answers 200, and no JSON object',
    tamper: ({ url }, response) => {
      if (url !== METADATA) return false
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello')
      return true
    },
  },
  {
    fault: 'metadata of another issuer',
    about: 'issuer',
    outcome: 'fail',
    says: 'byte for byte',
    tamper: document(METADATA, (url) => ({ ...metadata(url), issuer: `${url}/` })),
  },
  {
    fault: 'an endpoint by http',
    about: 'endpoint URLs',
    outcome: 'fail',
    says: 'No https URL: revocation_endpoint.',
    tamper: document(METADATA, (url) => ({ ...metadata(url), revocation_endpoint: 'http://example.com/revoke' })),
  },
  {
    fault: 'metadata without a token endpoint',
    about: 'token_endpoint',
    outcome: 'fail',
    says: 'does not name it',
    tamper: document(METADATA, (url) => ({ ...metadata(url), token_endpoint: undefined })),
  },
  {
    fault: 'metadata without the grant',
    about: 'grant types',
    outcome: 'warn',
    says: 'password is not among it',
    tamper: document(METADATA, (url) => ({ ...metadata(url), grant_types_supported: ['authorization_code'] })),
  },
  {
    fault: 'a key set that is gone',
    about: 'keys',
    outcome: 'fail',
    says: 'answers 500 and no key',
    tamper: ({ url }, response) => url === KEYS && answerJson(response, 500, {}),
  },
  {
    fault: 'a private key in the key set',
    about: 'keys',
    outcome: 'fail',
    says: 'Private members are published: kid "lost".',
    tamper: keySet({ ...signingKeys.export({ format: 'jwk' }), kid: 'lost' }),
  },
  {
    fault: 'a secret in the key set',
    about: 'keys',
    outcome: 'fail',
    says: 'Private members are published: kid "lost".',
    tamper: keySet({ kty: 'oct', k: 'c2VjcmV0', kid: 'lost' }),
  },
  {
    fault: 'a weak key',
    about: 'key strength',
    outcome: 'fail',
    says: 'Kid "weak" has 1024 bits',
    tamper: keySet({ ...rsaJwk(1024), kid: 'weak' }),
  },
  {
    fault: 'a key without a kid',
    about: 'key strength',
    outcome: 'fail',
    says: 'is missing',
    tamper: keySet(rsaJwk(2048)),
  },
  {
    fault: 'two keys of one kid',
    about: 'key ids',
    outcome: 'fail',
    says: 'Two keys have the same kid',
    tamper: keySet({ ...rsaJwk(2048), kid: 'one' }, { ...rsaJwk(2048), kid: 'one' }),
  },
  {
    fault: 'keys that may not be cached',
    about: 'key caching',
    outcome: 'warn',
    says: 'may not be cached',
    tamper: document(KEYS, () => ({ keys: [{ ...rsaJwk(2048), kid: 'one' }] }), { 'cache-control': 'no-store' }),
  },
  {
    fault: 'a page for GET',
    about: 'GET',
    outcome: 'fail',
    says: 'is answered 200, and not 405; it is not answered in JSON; it is answered without allow',
    tamper: ({ url, method }, response) => {
      if (url !== '/token' || method !== 'GET') return false
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello')
      return true
    },
  },
  {
    fault: 'JSON bodies',
    about: 'JSON body',
    outcome: 'fail',
    says: 'is answered 400, and not 415; it has the error "unsupported_grant_type"',
    tamper: careless((_, type) => type === 'application/json'),
  },
  {
    fault: 'parameters in the URL',
    about: 'parameter in the URL',
    outcome: 'fail',
    says: 'has the error "unsupported_grant_type"',
    tamper: careless((url) => url.includes('?')),
  },
  {
    fault: 'no challenge',
    about: 'unknown client',
    outcome: 'fail',
    says: 'without www-authenticate',
    tamper: header('www-authenticate'),
  },
  {
    fault: 'answers that may be cached',
    about: 'no-store',
    outcome: 'fail',
    says: '7 of 7 answers',
    tamper: header('cache-control', 'private'),
  },
  {
    fault: 'no nosniff',
    about: 'nosniff',
    outcome: 'fail',
    says: 'is not nosniff',
    tamper: header('x-content-type-options'),
  },
  {
    fault: 'headers that a proxy swallows',
    about: 'headers',
    outcome: 'warn',
    says: 'content-security-policy',
    tamper: header('content-security-policy'),
  },
  {
    fault: 'X-Powered-By',
    about: 'X-Powered-By',
    outcome: 'warn',
    says: 'tells what the server is made of',
    tamper: (_, response) => {
      const end = response.end.bind(response) as (text: string) => ServerResponse
      response.end = (text: unknown) => {
        if (!response.headersSent) response.setHeader('X-Powered-By', 'Express')
        return end(String(text))
      }
      return false
    },
  },
  {
    fault: 'a clock that is late',
    about: 'clock',
    outcome: 'fail',
    says: 'behind ours',
    tamper: header('date', new Date(Date.now() - 600_000).toUTCString()),
  },
  {
    fault: 'a clock that is early',
    about: 'clock',
    outcome: 'fail',
    says: 'ahead of ours',
    tamper: header('date', new Date(Date.now() + 600_000).toUTCString()),
  },
  {
    fault: 'a limit',
    about: 'GET',
    outcome: 'warn',
    says: 'limits this address',
    tamper: ({ url = '' }, response) =>
      url.startsWith('/token') &&
      answerJson(response, 429, { error: 'temporarily_unavailable' }, { 'retry-after': '5' }),
  },
]

test.for(faults)('It finds $fault', async ({ about, outcome, says, tamper }) => {
  const { url } = await startCheckedServer({ options: { signingKeys }, tamper })
  const { exitCode, found } = await findings(url)
  const finding = found.find((one) => one.about === about)
  expect(finding).toMatchObject({ outcome, message: expect.stringContaining(says) as unknown })
  expect(finding?.remedy).toMatch(/^[A-Z].*\.$/)
  expect(exitCode).toBe(found.some((one) => one.outcome === 'fail') ? 1 : 0)
})

test('It finds a body parser before the middleware that hides what is repeated.', async () => {
  const tamper: Tamper = (request, response) => {
    if (request.method !== 'POST') return false
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const error = body.includes('grant_type') ? 'unsupported_grant_type' : 'invalid_client'
      answerJson(response, 400, { error })
    })
    return true
  }
  const { url } = await startCheckedServer({ options: { signingKeys }, tamper })
  const { found } = await findings(url)
  const failed = found.filter(({ outcome }) => outcome === 'fail').map(({ about }) => about)
  expect(failed).toEqual(expect.arrayContaining(['no grant_type', 'repeated parameter', 'unknown client', 'no-store']))
  expect(failed).not.toContain('unknown grant_type')
})

test('A server that is not there, or http on a network, is one line.', async () => {
  const [absent, plain] = await Promise.all([findings('http://127.0.0.1:1'), findings('http://login.example.com')])
  expect([absent.exitCode, absent.found.map(({ about }) => about)]).toEqual([1, ['connection']])
  expect([plain.exitCode, plain.found.map(({ message }) => message)]).toEqual([
    1,
    [expect.stringContaining('Nothing was sent.')],
  ])
})

test('An answer that never ends ends the check no later.', async () => {
  const tamper: Tamper = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const flood = setInterval(() => response.write('x'.repeat(65_536)), 1)
    response.on('close', () => {
      clearInterval(flood)
    })
    return true
  }
  const { url } = await startCheckedServer({ tamper })
  const { exitCode, found } = await findings(url)
  expect(exitCode).toBe(1)
  expect(found.find(({ about }) => about === 'GET')?.message).toContain('is not answered in JSON')
})

test('The token endpoint may be given.', async () => {
  const { url } = await startCheckedServer({ options: { tokenPath: '/oauth/token', signingKeys } })
  const { exitCode } = await run(['check', url, '--token-endpoint', `${url}/oauth/token`])
  expect(exitCode).toBe(0)
})

test('A server by https passes in all where its certificate is trusted, and is not where it is not.', async () => {
  const { file, ...tls } = certificate(90)
  const { url } = await startCheckedServer({ options: { signingKeys }, tls })
  const trusted = await findings(url, { NODE_EXTRA_CA_CERTS: file })
  expect(trusted.found.filter(({ outcome }) => outcome !== 'pass')).toEqual([])
  expect(trusted.found.map(({ about }) => about)).toEqual(
    expect.arrayContaining(['HSTS', 'TLS version', 'certificate']),
  )
  const strange = await findings(url)
  expect(strange.exitCode).toBe(1)
  expect(strange.found.filter(({ outcome }) => outcome !== 'pass').map(({ about }) => about)).toEqual(['certificate'])
})

test('It finds a certificate that expires soon or has expired, TLS 1.1, and no HSTS.', async () => {
  const soon = certificate(10)
  const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
  const { file, ...tls } = soon
  const tamper = header('strict-transport-security')
  const one = await startCheckedServer({ options: { signingKeys }, tls: { ...tls, ...old }, tamper })
  const { found, exitCode } = await findings(one.url, { NODE_EXTRA_CA_CERTS: file })
  expect(exitCode).toBe(1)
  expect(found.filter(({ outcome }) => outcome !== 'pass').map(({ about, outcome }) => [about, outcome])).toEqual([
    ['certificate expiry', 'warn'],
    ['TLS version', 'fail'],
    ['HSTS', 'warn'],
  ])
  const expired = certificate(-1)
  const other = await startCheckedServer({ options: { signingKeys }, tls: { key: expired.key, cert: expired.cert } })
  const late = await findings(other.url, { NODE_EXTRA_CA_CERTS: expired.file })
  const failed = late.found.filter(({ outcome }) => outcome === 'fail')
  expect(failed.map(({ about }) => about)).toEqual(['certificate', 'certificate expiry'])
})
