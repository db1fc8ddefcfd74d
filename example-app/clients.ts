import { createHash } from 'node:crypto'
import type { ClientRegistration } from 'express-oauth-password-grant'
import type { PublicJwk } from './client-key.js'
import { words, type Database, type Row } from './database.js'

/** What is kept of a secret. A plain SHA-256 is enough for one that is random; a password needs a slow hash. */
export function secretDigest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** What is kept of public keys: a JWK Set (RFC 7517 section 5). */
export function jwksOf(...keys: readonly PublicJwk[]): string {
  return JSON.stringify({ keys })
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
        ...credentials(row),
        scopes: words(row.scope),
        endUserAddress: row.end_user_address === 1, // it is believed when it says whom it acts for
      }
    )
  }
}

/** A client has public keys or a secret. */
function credentials({ jwks, secret_sha256: sha256 }: Row): Pick<ClientRegistration, 'keys' | 'secret'> {
  if (typeof jwks !== 'string') return { secret: { sha256: String(sha256) } }
  const { keys } = JSON.parse(jwks) as { keys: PublicJwk[] } // the boundary: `jwksOf` wrote it
  return { keys }
}
