import { hash, verify } from '@node-rs/argon2'
import express, { type Express } from 'express'
import { oauthPasswordGrant, passwordVerifier } from '../../../dist/index.js'
import { audience, clientId, clientSecret, issuer, scopes, signingSecret } from './scenario.js'
import { LIMITED_NAME, timingPassword, timingUsers } from './timing-scenario.js'

/** A real hash, cheap enough that thousands of samples take no hours: what is compared is which hash is made, not its cost. */
const COST = { memoryCost: 256, timeCost: 2, parallelism: 1 }

interface TimingUser {
  readonly id: string
  readonly passwordHash: string | null
  readonly disabled: boolean
  readonly lockedUntil: number
}

/**
 * Users in every state, by `passwordVerifier` at `/token`; by what many write instead at `/naive/token`, so that the test is
 * seen to find what there is to be found; one account with its limit reached at `/limited/token`; and the verifier by hand at `/verify`, to which an empty password comes through.
 */
export async function timing(): Promise<Express> {
  const users = new Map<string, TimingUser>()
  for (const { name, state } of timingUsers) {
    if (state === 'unknown') continue
    users.set(name, {
      id: name,
      passwordHash: state === 'hashless' ? null : await hash(timingPassword, COST),
      disabled: state === 'disabled',
      lockedUntil: state === 'locked' ? Infinity : 0,
    })
  }
  const authenticateUser = passwordVerifier({
    findUser: (name) => users.get(name),
    verify: (stored, password) => verify(stored, password),
    hash: (password) => hash(password, COST),
    isAllowed: ({ disabled, lockedUntil }) => !disabled && lockedUntil < Date.now(),
  })
  const options = {
    issuer,
    audience,
    signingKeys: signingSecret,
    clients: [{ id: clientId, secret: clientSecret }],
    scopes,
    limits: false,
  } as const
  const app = express()
  app.use(oauthPasswordGrant({ ...options, authenticateUser }))
  app.use(
    '/naive',
    oauthPasswordGrant({
      ...options,
      async authenticateUser(name, password) {
        const user = users.get(name)
        if (user === undefined || user.disabled || user.passwordHash === null) return undefined
        return (await verify(user.passwordHash, password)) ? user : undefined
      },
    }),
  )
  const limited = { id: 'limited', passwordHash: await hash(timingPassword, COST) }
  app.use(
    '/limited',
    oauthPasswordGrant({
      ...options,
      authenticateUser: passwordVerifier({
        findUser: (name) => (name.startsWith(LIMITED_NAME) ? limited : undefined),
        verify: (stored, password) => verify(stored, password),
        hash: (password) => hash(password, COST),
        isAllowed: () => false,
      }),
      limits: { address: false },
    }),
  )
  app.post('/verify', express.urlencoded({ extended: false }), async (req, res) => {
    const { username, password } = req.body as { username: string; password: string } // the boundary: our own load sends it
    const user = await authenticateUser(username, password, { client: undefined, scope: '', request: req })
    res.status(400).json({ user: user ? 'right' : 'wrong' })
  })
  return app
}
