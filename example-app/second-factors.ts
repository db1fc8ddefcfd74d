import { Secret, TOTP } from 'otpauth'
import type { Database } from './database.js'

const TABLE = `
  create table if not exists second_factors (
    user_id text primary key,
    secret text not null,
    is_on integer not null default 0,
    started_at bigint not null,
    last_step bigint not null default 0
  )`

const SECRET_BYTES = 20
/** So long may it take to pair an app. */
const PAIRING_MS = 15 * 60_000

/** A secret that was begun and that no code has confirmed yet. */
export interface PendingSecondFactor {
  readonly secret: string
  /** What authenticator apps read as a QR code. */
  readonly url: string
}

/** The users' authenticator apps (TOTP, RFC 6238), in the table `second_factors`. */
export class SecondFactors {
  readonly #database: Database

  private constructor(database: Database) {
    this.#database = database
  }

  static async in(database: Database): Promise<SecondFactors> {
    await database.script(TABLE)
    return new SecondFactors(database)
  }

  async isOn(userId: string): Promise<boolean> {
    const [row] = await this.#database.query('select is_on from second_factors where user_id = ?', [userId])
    return row?.is_on === 1
  }

  /** Makes a secret, in the place of one that was never confirmed; one that is on stays as it is. */
  async begin(userId: string, secret = new Secret({ size: SECRET_BYTES }).base32): Promise<void> {
    await this.#database.query(
      `insert into second_factors (user_id, secret, started_at) values (?, ?, ?)
       on conflict (user_id) do update set secret = excluded.secret, started_at = excluded.started_at
       where second_factors.is_on = 0`,
      [userId, secret, Date.now()],
    )
  }

  /** For a user whose app has the secret already. */
  async turnOn(userId: string, secret: string): Promise<void> {
    await this.begin(userId, secret)
    await this.#database.query('update second_factors set is_on = 1 where user_id = ?', [userId])
  }

  async pending(userId: string, userName: string): Promise<PendingSecondFactor | undefined> {
    const [row] = await this.#database.query(
      'select secret from second_factors where user_id = ? and is_on = 0 and started_at > ?',
      [userId, Date.now() - PAIRING_MS],
    )
    if (row === undefined) return undefined
    const secret = String(row.secret)
    return { secret, url: totp(secret, userName).toString() }
  }

  /** Turns it on where the code is right, which shows that the app has the secret. */
  async confirm(userId: string, code: string): Promise<boolean> {
    return this.#use(userId, code, 'is_on = 0')
  }

  /** Whether the code is right. Each is taken once (RFC 6238 section 5.2), by whichever process is first. */
  async verify(userId: string, code: string): Promise<boolean> {
    return this.#use(userId, code, 'is_on = 1')
  }

  async remove(userId: string): Promise<void> {
    await this.#database.query('delete from second_factors where user_id = ?', [userId])
  }

  async #use(userId: string, code: string, state: 'is_on = 0' | 'is_on = 1'): Promise<boolean> {
    const [row] = await this.#database.query(`select secret from second_factors where user_id = ? and ${state}`, [
      userId,
    ])
    if (row === undefined || !/^\d{6}$/.test(code)) return false
    const generator = totp(String(row.secret))
    const steps = generator.validate({ token: code, window: 1 })
    if (steps === null) return false
    const step = generator.counter() + steps
    const used = await this.#database.query(
      `update second_factors set is_on = 1, last_step = ? where user_id = ? and ${state} and last_step < ? returning user_id`,
      [step, userId, step],
    )
    return used.length > 0
  }
}

function totp(secret: string, label = ''): TOTP {
  return new TOTP({ issuer: 'Contacts', label, secret: Secret.fromBase32(secret) })
}
