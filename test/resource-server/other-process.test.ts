import { fork } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { decodeProtectedHeader } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { logIn } from '../log-in.js'
import { program } from '../program.js'
import { alice, audience, webBackend } from '../start-server.js'
import { freePort } from '../stores/free-port.js'
import { forgedJwt } from '../unit/tokens/forged-jwt.js'

const BUILT = fileURLToPath(new URL('../../dist/index.js', import.meta.url))

const key = (keyId: string, namedCurve = 'P-256') => ({
  key: generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'jwk' }),
  keyId,
})

interface Process {
  /** Sends a message, and resolves with the next one that has this member. */
  ask(message: object, member: string): Promise<unknown>
  kill(): Promise<unknown>
}

async function startProcess(): Promise<Process> {
  if (!existsSync(BUILT)) throw new Error('There is no dist: run "npm run build" first, as "npm test" does.')
  const child = fork(program('test/resource-server/process.mjs').file, { execArgv: [] })
  const gone = once(child, 'exit')
  const kill = () => {
    child.kill('SIGKILL')
    return gone
  }
  onTestFinished(async () => {
    await kill()
  })
  await once(child, 'message')
  return {
    kill,
    ask: (message, member) =>
      new Promise((resolve, reject) => {
        const listen = (answer: Record<string, unknown>) => {
          if (!(member in answer)) return
          child.off('message', listen)
          resolve(answer[member])
        }
        child.on('message', listen)
        void gone.then(() => {
          reject(new Error('The process has ended.'))
        })
        child.send(message)
      }),
  }
}

const login = async (issuer: string) => (await logIn(issuer, { scope: 'contacts.read' })).access

test('A resource server in another process, that knows the URL alone, follows the keys, and outlives the server.', async () => {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const [first, second, third] = [key('first'), key('second', 'P-384'), key('third')]
  const options = { port, issuer, audience, users: [alice], clients: [webBackend], scopes: ['contacts.read'] }
  const start = async (signingKeys: readonly object[]) => {
    const server = await startProcess()
    await server.ask({ authorizationServer: { ...options, signingKeys } }, 'url')
    return server
  }
  const resource = await startProcess()
  const url = String(await resource.ask({ resourceServer: { issuer, audience } }, 'url'))
  const statusOf = async (token: string) => {
    const answer = await fetch(`${url}/contacts`, { headers: { authorization: `Bearer ${token}` } })
    await answer.text()
    return answer.status
  }

  // Its keys are wanted before it is there.
  const before = await startProcess()
  await before.ask({ authorizationServer: { ...options, signingKeys: [first] } }, 'url')
  const early = await login(issuer)
  await before.kill()
  expect(await statusOf(early)).toBe(503)
  await sleep(1_100)

  const server = await start([first])
  expect(await statusOf(early)).toBe(200)
  expect(await statusOf(await login(issuer))).toBe(200)
  expect(await statusOf(`${early.slice(0, -8)}AAAAAAAA`)).toBe(401)

  const rest = () => resource.ask({ milliseconds: 31_000 }, 'done')
  await server.ask({ keys: [second, first] }, 'done')
  const rotated = await login(issuer)
  expect(decodeProtectedHeader(rotated)).toMatchObject({ kid: 'second', alg: 'ES384' })
  expect(await statusOf(rotated), 'a key that appears right after a fetch is found').toBe(200)
  expect(await statusOf(early), 'the key before verifies on').toBe(200)
  await rest()
  expect(await statusOf(rotated)).toBe(200)

  await server.kill()
  expect([await statusOf(early), await statusOf(rotated)], 'while the server is away').toEqual([200, 200])
  await rest()
  const foreign = forgedJwt({ typ: 'at+jwt', alg: 'ES256', kid: 'third' }, {}, 'x')
  expect(await statusOf(foreign), 'which may be of a key that is new').toBe(503)

  const again = await start([third, second])
  const last = await login(issuer)
  expect(decodeProtectedHeader(last).kid).toBe('third')
  await rest()
  expect(await statusOf(last)).toBe(200)
  expect(await statusOf(rotated)).toBe(200)
  expect(await statusOf(early), 'its key was taken away').toBe(401)
  await again.kill()
})
