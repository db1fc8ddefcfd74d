import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { hash, verify } from '@node-rs/argon2'
import express, { type RequestHandler } from 'express'
import { oauthPasswordGrant, passwordVerifier, type PasswordChecksOptions } from '../../../dist/index.js'
import { audience, clientId, clientSecret, issuer, scopes, signingSecret, userCount, userAt } from './scenario.js'
import { stormPassword, type StormServer } from './storm-scenario.js'

/** argon2id as OWASP's Password Storage Cheat Sheet has it. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

const PASSWORD_CHECKS = { gated: {}, ungated: false, narrow: { maxQueued: 20 } } as const

/**
 * A server whose users have real hashes, with two routes that have nothing to do with logins, and one that does nothing but
 * hash: `/hashes/500/2` makes 500, two at once.
 */
export async function storm(server: StormServer): Promise<express.Express> {
  const passwordHash = await hash(stormPassword, COST)
  const app = express()
  app.use(server === 'bare' ? bareLogin(passwordHash, 2) : passwordGrant(passwordHash, PASSWORD_CHECKS[server]))
  app.get('/health', (_req, res) => {
    res.json({ status: 'up' })
  })
  app.get('/file', async (_req, res) => {
    res.json({ bytes: (await readFile(fileURLToPath(import.meta.url))).length })
  })
  app.get('/peak', (_req, res) => {
    res.json({ kilobytes: process.resourceUsage().maxRSS })
  })
  app.get('/hashes/:count/:atOnce', async (req, res) => {
    let left = Number(req.params.count)
    const begin = performance.now()
    const worker = async () => {
      while (left-- > 0) await verify(passwordHash, stormPassword)
    }
    await Promise.all(Array.from({ length: Number(req.params.atOnce) }, worker))
    res.json({ seconds: (performance.now() - begin) / 1000 })
  })
  return app
}

function passwordGrant(passwordHash: string, passwordChecks: PasswordChecksOptions | false): RequestHandler {
  const names = new Set(Array.from({ length: userCount }, (_, index) => userAt(index).username))
  return oauthPasswordGrant({
    issuer,
    audience,
    signingKeys: signingSecret,
    clients: [{ id: clientId, secret: clientSecret, endUserAddress: true }],
    scopes,
    refreshUser: false,
    authenticateUser: passwordVerifier({
      findUser: async (id) => {
        await sleep(1) // as long as a look-up takes
        return names.has(id) ? { id, passwordHash } : undefined
      },
      verify: (stored, password) => verify(stored, password),
      hash: (password) => hash(password, COST),
    }),
    passwordChecks,
  })
}

/** Nothing but the hash, so many at once: what a login costs at the least that comes over HTTP. */
function bareLogin(passwordHash: string, atOnce: number): RequestHandler {
  let free = atOnce
  const waiting: (() => void)[] = []
  return express.Router().post('/token', express.urlencoded({ extended: false }), async (req, res) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    const isRight = await verify(passwordHash, String((req.body as Record<string, unknown>)['password'])) // the boundary: a parsed form
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
    res.status(isRight ? 200 : 400).json({ isRight })
  })
}
