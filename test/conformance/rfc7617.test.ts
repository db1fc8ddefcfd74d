import { Passport } from 'passport'
import { BasicStrategy } from 'passport-http'
import { describe, expect, test } from 'vitest'
import { oauthPasswordGrant } from '../../lib/index.js'
import { alice, requestToken, startTokenServer, testOptions, webBackend } from '../start-server.js'

const login = { grant_type: 'password', ...alice }
const userPass = `${webBackend.id}:${webBackend.secret}`
const base64 = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding).toString('base64')

async function answerTo(authorization: string, clients = [webBackend]) {
  const { url } = await startTokenServer({ clients })
  return requestToken(url, login, { authorization })
}

describe('RFC 7617 section 2: the Basic authentication scheme', () => {
  test.for(['Basic', 'basic', 'BASIC', 'bAsIc'])(
    'the scheme name is matched case-insensitively: %s',
    async (scheme) => {
      expect((await answerTo(`${scheme} ${base64(userPass)}`)).status).toBe(200)
    },
  )

  test.for(['BasicX', 'XBasic', 'Basic-Auth', 'NotBasicAtAll', 'Digest', 'Basic,'])(
    'a scheme that is not Basic is not taken for it: %s',
    async (scheme) => {
      const { status, body } = await answerTo(`${scheme} ${base64(userPass)}`)
      expect([status, body['error']]).toEqual([401, 'invalid_client'])
    },
  )

  test('one or more spaces stand between scheme and credentials (RFC 9110 section 11.4)', async () => {
    expect((await answerTo(`Basic   ${base64(userPass)}`)).status).toBe(200)
  })

  test('the challenge has realm, which is REQUIRED, and charset="UTF-8", the only allowed value', async () => {
    const { headers } = await answerTo('Basic x')
    expect(headers.get('www-authenticate')).toBe('Basic realm="oauth", charset="UTF-8"')
  })

  test('the realm is the one that the server was given, and one that would end its quoted-string is refused', async () => {
    const { url } = await startTokenServer({ realm: 'Contacts, staging' })
    const { headers } = await requestToken(url, login, { authorization: 'Basic x' })
    expect(headers.get('www-authenticate')).toBe('Basic realm="Contacts, staging", charset="UTF-8"')
    expect(() => oauthPasswordGrant(testOptions({ realm: 'x", charset="latin-1' }))).toThrow(TypeError)
    expect(() => oauthPasswordGrant(testOptions({ realm: 'x\r\nSet-Cookie: a=b' }))).toThrow(TypeError)
  })

  test('the first colon separates user-id and password, and the rest of them belong to the password', async () => {
    const client = { id: 'web-backend', secret: ':a:secret:that:begins:and:ends:with:a:colon:' }
    expect((await answerTo(`Basic ${base64(`${client.id}:${client.secret}`)}`, [client])).status).toBe(200)
    expect((await answerTo(`Basic ${base64(`${client.id}${client.secret}`)}`, [client])).status).toBe(401)
  })

  test('user-id and password are encoded by UTF-8, and what is not UTF-8 is malformed and reaches nobody', async () => {
    const seen: string[] = []
    const passport = new Passport()
    passport.use(
      new BasicStrategy((id, secret, done) => {
        seen.push(id, secret)
        done(null, { id: 'web-backend' })
      }),
    )
    const { url } = await startTokenServer({ passport, clientStrategies: { basic: 'basic' } })
    const good = await requestToken(url, login, { authorization: `Basic ${base64('bücher:Schlüssel 🔑')}` })
    const bad = await requestToken(url, login, { authorization: `Basic ${base64('b\xfccher:secret', 'latin1')}` })
    expect([good.status, bad.status]).toEqual([200, 401])
    expect(seen).toEqual(['bücher', 'Schlüssel 🔑'])
  })

  test('user-id and password MUST NOT contain any control characters', async () => {
    for (const control of ['\0', '\t', '\n', '\u007f']) {
      expect((await answerTo(`Basic ${base64(`${userPass}${control}`)}`)).status).toBe(401)
      expect((await answerTo(`Basic ${base64(control + userPass)}`)).status).toBe(401)
    }
  })

  test('the base64 of credentials may come without padding and is otherwise exact', async () => {
    const client = { id: 'web-backend', secret: 'a-secret-of-32-bytes-or-more-1234' }
    const encoded = base64(`${client.id}:${client.secret}`)
    expect((await answerTo(`Basic ${encoded.slice(0, 20)} ${encoded.slice(20)}`, [client])).status).toBe(401)
    expect((await answerTo(`Basic ${encoded}!`, [client])).status).toBe(401)
    expect((await answerTo(`Basic ${encoded}, Basic ${encoded}`, [client])).status).toBe(401)
  })
})
