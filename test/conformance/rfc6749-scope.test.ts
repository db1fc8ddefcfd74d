import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'

const login = { grant_type: 'password', ...alice }
const credentials = basic(webBackend)

/** The scope of the token response and of the token in it. */
async function granted(url: string, form: Record<string, string>): Promise<unknown[]> {
  const { body } = await requestToken(url, { ...login, ...form }, credentials)
  return [body['scope'], decodeJwt(String(body['access_token']))['scope']]
}

describe('RFC 6749 section 3.3: scope is a list of space-delimited, case-sensitive strings', () => {
  test('both of two are granted', async () => {
    const { url } = await startTokenServer()
    const scope = 'contacts.read contacts.write'
    expect(await granted(url, { scope })).toEqual([scope, scope])
  })

  test('another case is another scope', async () => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, { ...login, scope: 'Contacts.Read' }, credentials)
    expect([status, body['error']]).toEqual([400, 'invalid_scope'])
  })

  test('their order does not matter', async () => {
    const { url } = await startTokenServer()
    const [scope] = await granted(url, { scope: 'contacts.write contacts.read' })
    expect(String(scope).split(' ').sort()).toEqual(['contacts.read', 'contacts.write'])
  })

  test('each string adds an additional access range: one named twice is granted once', async () => {
    const { url } = await startTokenServer()
    expect(await granted(url, { scope: 'contacts.read contacts.read' })).toEqual(['contacts.read', 'contacts.read'])
  })

  test.for(['contacts.read"', 'contacts.read\\', 'contacts.reäd', 'contacts.read\n', 'contacts.read\u00a0x', '\u0000'])(
    'scope-token = 1*( %%x21 / %%x23-5B / %%x5D-7E ), so %j is not one: invalid_scope',
    async (scope) => {
      const { url } = await startTokenServer()
      const { status, body } = await requestToken(url, { ...login, scope }, credentials)
      expect([status, body['error']]).toEqual([400, 'invalid_scope'])
    },
  )
})

describe('RFC 6749 section 3.3: the server MAY ignore the requested scope, based on its policy', () => {
  test('it MUST include the scope response parameter where the issued scope is different', async () => {
    const { url } = await startTokenServer({ authorizeScope: () => ['contacts.read'] })
    const answer = await granted(url, { scope: 'contacts.read contacts.write' })
    expect(answer).toEqual(['contacts.read', 'contacts.read'])
  })

  test('it says so where nothing is granted as well', async () => {
    const { url } = await startTokenServer({ authorizeScope: () => [] })
    expect(await granted(url, { scope: 'contacts.read' })).toEqual(['', ''])
  })
})

describe('RFC 6749 section 3.3: a client that omits scope gets a pre-defined default or invalid_scope', () => {
  test('the default of the server', async () => {
    const { url } = await startTokenServer({ defaultScope: ['contacts.read'] })
    expect(await granted(url, {})).toEqual(['contacts.read', 'contacts.read'])
  })

  test('the default of the client', async () => {
    const client = { ...webBackend, defaultScope: ['contacts.write'] }
    const { url } = await startTokenServer({ defaultScope: ['contacts.read'], clients: [client] })
    expect(await granted(url, {})).toEqual(['contacts.write', 'contacts.write'])
  })

  test('as far as the client may ask for it', async () => {
    const client = { ...webBackend, scopes: ['contacts.read'] }
    const { url } = await startTokenServer({ defaultScope: ['contacts.read', 'contacts.write'], clients: [client] })
    expect(await granted(url, {})).toEqual(['contacts.read', 'contacts.read'])
  })

  test('the default is none unless one is set', async () => {
    const { url } = await startTokenServer()
    expect(await granted(url, {})).toEqual(['', ''])
  })
})
