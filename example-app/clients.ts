import { createHash } from 'node:crypto'
import type { ClientRegistration } from 'express-oauth-password-grant'
import { words, type Database } from './database.js'

/** What is kept of a secret. A plain SHA-256 is enough for one that is random; a password needs a slow hash. */
export function secretDigest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** The clients, in the table `clients`. */
export class Clients {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async find(id: string): Promise<ClientRegistration | undefined> {
    const [row] = await this.#database.query('select * from clients where id = ?', [id])
    return (
      row && {
        id: String(row.id),
        secret: { sha256: String(row.secret_sha256) },
        scopes: words(row.scope),
        endUserAddress: row.end_user_address === 1, // it is believed when it says whom it acts for
      }
    )
  }
}
