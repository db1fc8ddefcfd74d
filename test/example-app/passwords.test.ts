import { verify } from '@node-rs/argon2'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openDatabase } from '../../example-app/database.js'
import { demo } from '../../example-app/demo.js'
import { SecondFactors } from '../../example-app/second-factors.js'
import { seed } from '../../example-app/seed.js'
import { readSettings } from '../../example-app/settings.js'
import { StoredSettings } from '../../example-app/stored-settings.js'
import { passwordsOf, Users } from '../../example-app/users.js'
import { basic, requestToken, startTokenServer, webBackend } from '../start-server.js'
import { newDatabaseFile } from './example-app.js'
import { siteKey } from './site-authentication.js'

vi.mock('@node-rs/argon2', { spy: true })

const { alice, bob } = demo

test('A login at the example app costs one argon2id hash, whether the user is known, unknown or disabled.', async () => {
  const database = await openDatabase(readSettings({ DATABASE_FILE: newDatabaseFile() }))
  onTestFinished(() => database.close())
  const secondFactors = await SecondFactors.in(database)
  await seed(database, await StoredSettings.in(database), secondFactors, siteKey)
  await database.query('update users set disabled = 1 where name = ?', [bob.name])
  const authenticateUser = passwordsOf(new Users(database), secondFactors)
  const { url } = await startTokenServer({ authenticateUser })
  await logIn(url, alice.name, 'the first login may make a hash to compare with')

  const hashes: unknown[] = []
  for (const [name, password] of [
    [alice.name, alice.password],
    [alice.name, 'wrong'],
    ['nobody', 'wrong'],
    [bob.name, bob.password],
  ] as const) {
    vi.mocked(verify).mockClear()
    const status = await logIn(url, name, password)
    hashes.push([status, ...vi.mocked(verify).mock.calls.map(([stored]) => parametersOf(String(stored)))])
  }

  const argon2id = '$argon2id$v=19$m=19456,t=2,p=1'
  expect(hashes).toEqual([200, 400, 400, 400].map((status) => [status, argon2id]))
})

async function logIn(url: string, username: string, password: string): Promise<number> {
  const { status } = await requestToken(url, { grant_type: 'password', username, password }, basic(webBackend))
  return status
}

function parametersOf(hash: string): string {
  return hash.split('$').slice(0, 4).join('$')
}
