import { createServer } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { report } from '../../example-app/attack/report.js'
import { loopbackTarget } from '../../example-app/attack/target.js'
import { Victim } from '../../example-app/attack/victim.js'
import { StartFailure } from '../../example-app/start-failure.js'

describe('npm run attack', () => {
  test.each(['http://127.0.0.1:3000', 'http://localhost:3000/', 'http://[::1]:3000/', 'http://127.0.0.1:3000/auth/'])(
    'takes %s, which is on this machine',
    async (url) => {
      expect(await loopbackTarget(url)).toBe(url.replace(/\/$/, ''))
    },
  )

  test.each([
    'http://192.168.1.1:3000',
    'https://login.example',
    'http://127.0.0.1.login.example',
    'http://localhost@login.example',
    'http://0.0.0.0:3000',
    'ftp://127.0.0.1',
    '127.0.0.1:3000',
    '',
  ])('refuses %j', async (url) => {
    await expect(loopbackTarget(url)).rejects.toThrow(StartFailure)
  })

  test('follows nobody to another place', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(307, { Location: '/elsewhere' }).end()
    })
    onTestFinished(() => {
      server.close()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined

    const { outcome } = await new Victim(`http://127.0.0.1:${String(port)}`, () => Promise.resolve({})).login(
      'alice',
      'x',
      '192.0.2.1',
    )

    expect({ outcome, asked }).toEqual({ outcome: 'failed', asked: ['/token'] })
  })

  test('says that the defence failed as soon as somebody gets in', () => {
    const outcomes = { signedIn: 0, refused: 90, limited: 210, shed: 0, failed: 0 }
    const attack = { name: 'Spraying', story: 'a story' }
    const stolenToken = { thiefGetsIn: false, sessionHasEnded: true }
    const held = { guessing: [{ ...attack, outcomes }], stolenToken, aliceFromHome: 'signedIn' } as const

    expect(report(held).isHeld).toBe(true)
    expect(report({ ...held, guessing: [{ ...attack, outcomes: { ...outcomes, signedIn: 1 } }] }).isHeld).toBe(false)
    expect(report({ ...held, stolenToken: { ...stolenToken, thiefGetsIn: true } }).isHeld).toBe(false)
    expect(report({ ...held, stolenToken: undefined }).isHeld).toBe(false)
    expect(report({ ...held, aliceFromHome: 'limited' }).isHeld).toBe(false)
    expect(report(held).text).toMatch(/^Spraying +300 +90 +210 +0 +0$/m)
  })
})
