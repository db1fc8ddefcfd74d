import { generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import express from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { newPrivateJwk, publicJwkOf } from '../../example-app/client-key.js'
import { readSettings } from '../../example-app/settings.js'
import { StartFailure } from '../../example-app/start-failure.js'
import { urlsAt } from '../../example-app/urls.js'
import { endingOfStart, startExampleApp, type Environment } from './example-app.js'
import { siteKey } from './site-authentication.js'

describe('the settings of the example-app', () => {
  test('have defaults that fit a first look on one machine', () => {
    const settings = readSettings({})

    expect(settings).toMatchObject({ host: '127.0.0.1', port: 3000, deskPort: 4000, trustProxy: false })
    expect(settings.databaseFile).toMatch(/\/\.data\/example\.db$/)
    expect(urlsAt('http://127.0.0.1:3000', settings)).toEqual({
      own: 'http://127.0.0.1:3000',
      issuer: 'http://127.0.0.1:3000',
      api: 'http://127.0.0.1:3000/api',
    })
  })

  test('count a variable that is set to nothing as not set', () => {
    expect(readSettings({ PORT: '', HOST: ' ', ISSUER: '', DATABASE_URL: '', TRUST_PROXY: '' })).toEqual(
      readSettings({}),
    )
  })

  test.each([
    ['0', 0],
    ['8080', 9080],
    ['65000', 0],
  ])('let the desk of a server at port %s listen at port %d unless DESK_PORT is set', (PORT, deskPort) => {
    expect(readSettings({ PORT }).deskPort).toBe(deskPort)
    expect(readSettings({ PORT, DESK_PORT: '5000' }).deskPort).toBe(5000)
  })

  test.each<[Environment, string]>([
    [{ PORT: '-1' }, 'PORT must be'],
    [{ PORT: '3000x' }, 'PORT must be'],
    [{ PORT: '65536' }, 'PORT must be'],
    [{ ISSUER: 'login.example' }, 'ISSUER must be'],
    [{ ISSUER: 'http://login.example' }, 'ISSUER must be'],
    [{ ISSUER: 'https://login.example/?a=b' }, 'ISSUER must be'],
    [{ ISSUER: 'https://login.example/#a' }, 'ISSUER must be'],
    [{ PARTS: 'web-site,coffee' }, 'PARTS must be'],
    [{ API_URL: 'http://api.example' }, 'API_URL must be'],
    [{ ACCESS_TOKEN_LIFETIME: '0' }, 'ACCESS_TOKEN_LIFETIME must be'],
    [{ ACCESS_TOKEN_LIFETIME: 'an hour' }, 'ACCESS_TOKEN_LIFETIME must be'],
    [{ SIGNING_KEY: 'a'.repeat(40) }, 'SIGNING_KEY must be a private key as PEM'],
    [{ DESK_PORT: 'everywhere' }, 'DESK_PORT must be'],
    [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY must be'],
    [{ TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY must be'],
    [{ TRUST_PROXY: 'loopback,nowhere' }, 'TRUST_PROXY must be'],
    [{ DATABASE_URL: 'mongodb://127.0.0.1/x' }, 'DATABASE_URL must be'],
    [{ REDIS_URL: '127.0.0.1:6379' }, 'REDIS_URL must be'],
  ])('refuse %j in a sentence', (environment, sentence) => {
    expect(() => readSettings(environment)).toThrow(StartFailure)
    expect(() => readSettings(environment)).toThrow(sentence)
  })

  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ format: 'jwk' })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })

  test.each<[string, unknown]>([
    ['a public key', publicJwkOf(siteKey)],
    ['a private key whose public half is of another pair', { ...newPrivateJwk(), d: siteKey.d }],
    ['a key on another curve', p384],
    ['an RSA key', rsa],
    ['a secret', { kty: 'oct', k: siteKey.d }],
    ['a registration', { id: 'web-site', keys: [siteKey] }],
    ['an array', [siteKey]],
    ['a string', siteKey.d],
    ['null', null],
  ])('refuse %s as CLIENT_KEY, and show nothing of it', (_title, value) => {
    const CLIENT_KEY = JSON.stringify(value)

    expect(() => readSettings({ CLIENT_KEY })).toThrow(StartFailure)
    expect(() => readSettings({ CLIENT_KEY })).toThrow(
      /^CLIENT_KEY must be the private key of the web site as a JWK: JSON with kty "EC", crv "P-256", x, y and d\. [^{}]+$/,
    )
    expect(() => readSettings({ CLIENT_KEY })).not.toThrow(siteKey.d)
  })

  test('take for CLIENT_KEY what the command line makes, with its kid', () => {
    const made = { ...siteKey, kid: 'a-name', alg: 'ES256', use: 'sig' }

    expect(readSettings({ CLIENT_KEY: JSON.stringify(made) }).clientKey).toEqual({ ...siteKey, kid: 'a-name' })
  })

  test.each(['1', 'loopback', '10.0.0.0/8, ::1', 'fd00::/8,192.0.2.1', 'linklocal,uniquelocal'])(
    'take %j for TRUST_PROXY, and so does Express',
    (TRUST_PROXY) => {
      const { trustProxy } = readSettings({ TRUST_PROXY })

      expect(() => express().set('trust proxy', trustProxy)).not.toThrow()
    },
  )

  test('are all in the README', async () => {
    const readme = await readFile(new URL('../../example-app/README.md', import.meta.url), 'utf8')
    const asked = new Set<string>()
    const environment = new Proxy<Record<string, string>>({}, { get: (_, name) => void asked.add(String(name)) })

    readSettings(environment)

    expect([...readme.matchAll(/^\| `([A-Z_]+)` /gm)].map(([, name]) => name).sort()).toEqual([...asked].sort())
  })

  test('want an ISSUER as soon as the server is for more than its own machine', () => {
    const settings = readSettings({ HOST: '192.0.2.1' })

    expect(() => urlsAt('http://192.0.2.1:3000', settings)).toThrow('ISSUER must be set')
  })

  test('want to know where the parts are that this process leaves out', () => {
    const url = 'http://127.0.0.1:3000'

    expect(() => urlsAt(url, readSettings({ PARTS: 'contacts-api' }))).toThrow('ISSUER must be set')
    expect(() => urlsAt(url, readSettings({ PARTS: 'authorization-server,web-site' }))).toThrow('API_URL must be set')
    expect(
      urlsAt(url, readSettings({ PARTS: 'web-site', ISSUER: 'https://a.example', API_URL: 'https://b.example' })),
    ).toEqual({ own: url, issuer: 'https://a.example', api: 'https://b.example' })
  })
})

describe('the example-app does not start', () => {
  test.each<[Environment, string]>([
    [{ PORT: 'abc' }, 'PORT must be a whole number from 0 (any free port) to 65535; it is "abc".\n'],
    [{ HOST: '203.0.113.7' }, 'HOST must be an address or a name of this machine; "203.0.113.7" is not.\n'],
    [{ ISSUER: 'http://login.example' }, 'ISSUER must be the https URL'],
    [{ SIGNING_KEY: 'short' }, 'SIGNING_KEY must be a private key as PEM'],
    [{ CLIENT_KEY: 'hidden' }, 'CLIENT_KEY must be the private key of the web site as a JWK'],
    [{ CLIENT_ID: 'another', CLIENT_KEY: '' }, 'CLIENT_KEY must be set, to the private key of the client "another"'],
    [{ DATABASE_FILE: '/dev/null/example.db' }, 'DATABASE_FILE must be a SQLite file that this user can write'],
    [{ DATABASE_FILE: import.meta.filename }, 'DATABASE_FILE must be a SQLite file that this user can write'],
    [
      { DATABASE_URL: 'postgres://user:hidden@127.0.0.1:1/x' },
      'DATABASE_URL names a PostgreSQL database that cannot be used',
    ],
    [{ DATABASE_URL: 'mysql://user:hidden@127.0.0.1:1/x' }, 'DATABASE_URL names a MySQL database that cannot be used'],
    [{ REDIS_URL: 'redis://:hidden@127.0.0.1:1' }, 'REDIS_URL names a Redis that cannot be used'],
  ])('with %j: it ends with 1 and a sentence', async (environment, sentence) => {
    const { code, stdout, stderr } = await endingOfStart(environment)

    expect(stderr).toContain(sentence)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).not.toContain('hidden')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })

  test('at a port in use', async () => {
    const { url, deskUrl } = await startExampleApp({})

    const endings = await Promise.all([
      endingOfStart({ PORT: new URL(url).port }),
      endingOfStart({ DESK_PORT: new URL(deskUrl).port }),
    ])

    expect(endings.map(({ code }) => code)).toEqual([1, 1])
    expect(endings[0].stderr).toMatch(/^PORT \d+ of 127\.0\.0\.1 is in use by another process; .+\n$/)
    expect(endings[1].stderr).toMatch(/^DESK_PORT \d+ of 127\.0\.0\.1 is in use by .+ set DESK_PORT to another .+\n$/)
  })

  test.each(['DATABASE_URL=postgres', 'REDIS_URL=redis'])(
    'where the server of %s takes connections and is silent',
    async (setting) => {
      const [name = '', protocol = ''] = setting.split('=')
      const port = await portOfSilentServer()

      const { code, stderr } = await endingOfStart({ [name]: `${protocol}://127.0.0.1:${String(port)}` })

      expect(stderr).toMatch(new RegExp(`^${name} names .+ that cannot be used: .+\\.\n$`))
      expect(code).toBe(1)
    },
  )
})

function portOfSilentServer(): Promise<number> {
  const server = createServer()
  onTestFinished(() => {
    server.close()
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}
