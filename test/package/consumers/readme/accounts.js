// What the snippets of the README take for granted: the application's own.

/** @typedef {{ id: string, totpSecret: string, disabled: boolean, passwordHash: string | null }} Account */

/** @type {Account} */
const alice = { id: '42', totpSecret: '', disabled: false, passwordHash: null }

export const users = {
  /** @type {(name: string) => Promise<Account | undefined>} */
  async find(name) {
    return name === 'alice' ? alice : undefined
  },
  /** @type {(name: string, password: string) => Promise<Account | undefined>} */
  async verify(name, password) {
    return name === 'alice' && password === 'sesame' ? alice : undefined
  },
  /** @type {(id: string) => Promise<Account | undefined>} */
  async findById(id) {
    return id === alice.id ? alice : undefined
  },
  /** @type {(id: string, timeStep: number) => Promise<boolean>} */
  async useTimeStep() {
    return true
  },
  /** @type {(subject: string, password: string) => Promise<void>} */
  async setPassword() {},
  /** @type {(id: string, made: string, old: string) => Promise<void>} */
  async replaceHash() {},
}

export const dummyHash = 'hash of nobody\u2019s password'

/** @type {(hash: string, password: string) => Promise<boolean>} */
export async function verify(hash, password) {
  return hash === `hash of ${password}`
}

/** @type {import('express-oauth-password-grant').PasswordVerifierOptions<Account>} */
export const verifierOptions = {
  findUser: (name) => users.find(name),
  verify: (stored, password) => stored === `hash of ${password}`,
  hash: (password) => `hash of ${password}`,
}

/** @type {import('express-oauth-password-grant').OAuthPasswordGrantOptions<Account>} */
export const options = {
  issuer: 'http://localhost:3000',
  audience: 'http://localhost:3000/contacts',
  signingKeys: 'a-signing-secret-of-32-bytes-or-more',
  clients: [{ id: 'web-backend', secret: 'a-client-secret-of-32-bytes-or-more' }],
  authenticateUser: (name, password) => users.verify(name, password),
  refreshUser: (id) => users.findById(id),
  scopes: ['contacts.read'],
  defaultScope: ['contacts.read'],
}

/**
 * @param {import('express').Request} _request
 * @param {import('express').Response} response
 * @param {import('express').NextFunction} next
 */
export function signedIn(_request, response, next) {
  response.locals = { subject: '42' }
  next()
}

/** @type {(req: import('express').Request, user: Account) => void} */
export function signIn() {}

/** @type {(name: string, password: string, done: (error: unknown, user?: Account | false) => void) => void} */
export function verifyUser(name, password, done) {
  users.verify(name, password).then((user) => done(null, user ?? false), done)
}

/** @type {(id: string, secret: string, done: (error: unknown, client?: { id: string } | false) => void) => void} */
export function verifyClient(id, secret, done) {
  done(null, id === 'web-backend' && secret === 'a-client-secret-of-32-bytes-or-more' ? { id } : false)
}
