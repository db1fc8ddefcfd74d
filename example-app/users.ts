import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { words, type Database, type Row } from './database.js'

export interface User {
  /** Never changes and is never given to somebody else, as a name may be. */
  readonly id: string
  readonly name: string
  /** What this user may do. */
  readonly scopes: readonly string[]
}

/** argon2id as OWASP's Password Storage Cheat Sheet has it: 19 MiB, two passes, one lane. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export function hashPassword(password: string): Promise<string> {
  return hash(password, ARGON2ID)
}

/** The users, in the table `users`. */
export class Users {
  readonly #database: Database
  /** Verified against for a name that nobody has, so that the answer takes as long as one to a wrong password. */
  readonly #nobodysHash: string

  private constructor(database: Database, nobodysHash: string) {
    this.#database = database
    this.#nobodysHash = nobodysHash
  }

  static async in(database: Database): Promise<Users> {
    return new Users(database, await hashPassword(randomBytes(32).toString('base64')))
  }

  /** The user with this name and password, unless disabled; whether one is comes after the password, never before. */
  async authenticate(name: string, password: string): Promise<User | undefined> {
    const [row] = await this.#database.query('select * from users where name = ?', [name])
    const isRight = await verify(String(row?.password_hash ?? this.#nobodysHash), password)
    return row !== undefined && isRight ? enabledUser(row) : undefined
  }

  async setPasswordHash(id: string, passwordHash: string): Promise<void> {
    await this.#database.query('update users set password_hash = ? where id = ?', [passwordHash, id])
  }

  /** The user with this id, unless gone or disabled. */
  async find(id: string): Promise<User | undefined> {
    const [row] = await this.#database.query('select * from users where id = ?', [id])
    return row && enabledUser(row)
  }
}

function enabledUser(row: Row): User | undefined {
  if (row.disabled !== 0) return undefined
  return { id: String(row.id), name: String(row.name), scopes: words(row.scope) }
}
