import { hash, verify } from '@node-rs/argon2'
import { passwordVerifier, type AuthenticateUser } from 'express-oauth-password-grant'
import { words, type Database, type Row } from './database.js'
import type { SecondFactors } from './second-factors.js'

export interface User {
  /** Never changes and is never given to somebody else, as a name may be. */
  readonly id: string
  readonly name: string
  /** What this user may do. */
  readonly scopes: readonly string[]
  readonly passwordHash: string
  readonly isDisabled: boolean
}

/** argon2id as OWASP's Password Storage Cheat Sheet has it: 19 MiB, two passes, one lane. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export function hashPassword(password: string): Promise<string> {
  return hash(password, ARGON2ID)
}

/** Checks the passwords of users: whoever is disabled, or nobody, is refused after as long as a wrong password takes. */
export function passwordsOf(users: Users, secondFactors: SecondFactors): AuthenticateUser<User> {
  return passwordVerifier<User>({
    findUser: (name) => users.named(name),
    verify: (stored, password) => verify(stored, password),
    hash: hashPassword,
    isAllowed: ({ isDisabled }) => !isDisabled,
    needsSecondFactor: ({ id }) => secondFactors.isOn(id),
  })
}

/** The users, in the table `users`. */
export class Users {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The user with this name, disabled or not. */
  async named(name: string): Promise<User | undefined> {
    const [row] = await this.#database.query('select * from users where name = ?', [name])
    return row && userOf(row)
  }

  /** The user with this id, unless gone or disabled. */
  async find(id: string): Promise<User | undefined> {
    const [row] = await this.#database.query('select * from users where id = ?', [id])
    return row === undefined || row.disabled !== 0 ? undefined : userOf(row)
  }

  async setPasswordHash(id: string, passwordHash: string): Promise<void> {
    await this.#database.query('update users set password_hash = ? where id = ?', [passwordHash, id])
  }
}

function userOf(row: Row): User {
  return {
    id: String(row.id),
    name: String(row.name),
    scopes: words(row.scope),
    passwordHash: String(row.password_hash),
    isDisabled: row.disabled !== 0,
  }
}
