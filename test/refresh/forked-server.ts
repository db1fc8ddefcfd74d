import { fork } from 'node:child_process'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SignJWT } from 'jose'
import type { Grant, OAuthEvent, RefreshTokenOptions } from '../../lib/index.js'
import { program } from '../program.js'
import { secrecy } from '../secrecy/secrecy.js'
import { alice, audience, bob, issuer, signingSecret, webBackend } from '../start-server.js'
import type { StorePlace } from '../stores/opened-store.js'

const BUILT = fileURLToPath(new URL('../../dist/index.js', import.meta.url))

const DRIVERS = {
  sqlite: ['@photostructure/sqlite'],
  postgres: ['pg'],
  mysql: ['mysql2/promise'],
  redis: ['redis', 'ioredis'],
} as const

/** A client of such a server that authenticates by `private_key_jwt`. */
export const keyBackend = newKeyClient()

/** What bob answers to the second factor, which such a server asks of him and not of alice. */
export const FORKED_OTP = '123456'

/** A token server in a process of its own, on the built library. */
export interface ForkedServer {
  /** What it told `onEvent`, and `onError`. */
  readonly events: OAuthEvent[]
  readonly errors: string[]
  /** Serves what is kept at a place, and no longer what it served before. Answers the URL. */
  serve(place: StorePlace, refreshTokens?: RefreshTokenOptions, signingKeys?: object): Promise<string>
  /** Resolves when the process says that a call of the store is under way. */
  underWay(): Promise<void>
  /** Has the process print a text, and tell it as an event and as an error. */
  leak(text: string): void
  /** SIGKILL. */
  kill(): void
  /** Resolves once the process is gone. */
  readonly gone: Promise<void>
}

/** Starts a process that has loaded all that it needs for places of those kinds when this resolves. */
export async function forkServer(...kinds: (keyof typeof DRIVERS)[]): Promise<ForkedServer> {
  if (!existsSync(BUILT)) throw new Error('There is no dist: run "npm run build" first, as "npm test" does.')
  const child = fork(
    program('test/refresh/token-server.mjs').file,
    kinds.flatMap((kind) => DRIVERS[kind]),
    { execArgv: [], silent: true },
  )
  const events: OAuthEvent[] = []
  const errors: string[] = []
  secrecy.watch('a token server', child)
  const gone = once(child, 'exit').then(() => undefined)
  const said = async (isIt: (message: unknown) => boolean): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const listen = (message: unknown) => {
        if (!isIt(message)) return
        child.off('message', listen)
        resolve(message)
      }
      child.on('message', listen)
      child.once('exit', (code, signal) => {
        reject(new Error(`The server ended: ${String(code ?? signal)}`))
      })
    })
  child.on('message', (message: { event?: OAuthEvent; error?: string }) => {
    if (message.event !== undefined) events.push(message.event)
    if (message.error !== undefined) errors.push(message.error)
    if (message.event !== undefined || message.error !== undefined) secrecy.emit('a token server', message)
  })
  await said((message) => message === 'ready')
  return {
    events,
    errors,
    gone,
    async serve(place, refreshTokens = {}, signingKeys) {
      const oauth = {
        issuer,
        audience,
        signingKeys: signingKeys ?? signingSecret,
        clients: [webBackend, keyBackend.registration],
        scopes: ['contacts.read', 'contacts.write'],
        refreshTokens,
      }
      const told = said((message) => typeof message === 'object' && message !== null && 'url' in message)
      child.send({ place, options: { oauth, users: [alice, { ...bob, otp: FORKED_OTP }] } })
      return ((await told) as { url: string }).url
    },
    async underWay() {
      await said((message) => message === 'under way')
    },
    leak(text) {
      child.send({ leak: text })
    },
    kill() {
      child.kill('SIGKILL')
    },
  }
}

/** The living grants of a user, as a process lists them. */
export async function grantsAt(url: string, subject: string): Promise<Grant[]> {
  const response = await fetch(`${url}/grants/${subject}`)
  return (await response.json()) as Grant[] // the boundary: `token-server.mjs` answers what `list` does
}

function newKeyClient() {
  const id = 'key-backend'
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    registration: { id, keys: [publicKey.export({ format: 'jwk' })] },
    /** The parameters of a form that authenticate the client once. */
    async assertion(): Promise<Record<string, string>> {
      const jwt = new SignJWT({ iss: id, sub: id, aud: issuer, jti: randomUUID() }).setExpirationTime('1m')
      return {
        client_assertion: await jwt.setProtectedHeader({ alg: 'ES256' }).sign(privateKey),
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      }
    },
  }
}
