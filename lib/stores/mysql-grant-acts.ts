import type { Grant } from '../grant.js'
import type {
  Creation,
  CreationResult,
  RevocationOfAll,
  Rotation,
  RotationResult,
  Spending,
  SpendingResult,
} from '../grant-store.js'
import { isDuplicateKey, requireKey, type MysqlDatabase } from './mysql-database.js'
import { mysqlGrantStatements, type MysqlGrantStatements } from './mysql-grant-statements.js'
import { migrateMysqlGrants } from './mysql-migrate.js'
import type { SqlGrantActs } from './sql-grant-acts.js'
import { grantOfRow, grantValues } from './sql-grant-row.js'

/** How many grants one step of `revokeAll` ends. */
const REVOKED_AT_ONCE = 1000

/** How many grants one login ends beyond those that a subject may have: one after the other, because each counts once. */
const MOST_DISPLACED = 100

/** How often a rotation looks again because others changed the grant meanwhile. Each of those times, one of the others was done. */
const MOST_LOOKS = 100

/**
 * Grants in MySQL 8 and MariaDB, which have no `UPDATE … RETURNING`. A statement that changes a grant names what was seen of it, and
 * is repeated from the look on if it changed nothing. No act holds a connection or a transaction.
 */
export class MysqlGrantActs implements SqlGrantActs {
  readonly #database: MysqlDatabase
  readonly #table: string
  readonly #statements: MysqlGrantStatements

  constructor(database: MysqlDatabase, table: string) {
    this.#database = database
    this.#table = table
    this.#statements = mysqlGrantStatements(table, database.now)
  }

  async migrate(): Promise<void> {
    await migrateMysqlGrants(this.#database, this.#table)
    // A table of somebody else has other columns.
    await this.#database.rows(this.#statements.find, [''])
  }

  /**
   * Keeps the grant first, and then sees whether all grants of the subject were revoked. `revokeAll` says so first, and then ends
   * the grants. Whichever way the four meet, a grant of an earlier login is either seen by `revokeAll` or sees it.
   */
  async create({ grant, age, maxPerSubject }: Creation): Promise<CreationResult> {
    const { insert, afterInsert, end } = this.#statements
    const askedAt = Date.now()
    requireKey('subject', grant.subject)
    requireKey('id', grant.id)
    await this.#database.changes(insert, grantValues(grant))
    const ageNow = age + Math.max(0, Date.now() - askedAt)
    const [row] = await this.#database.rows(afterInsert, [grant.subject, ageNow, grant.id])
    if (Number(row?.['refused']) === 1) {
      // If it is gone, `revokeAll` has counted it: it was created, and then revoked.
      const isEnded = (await this.#database.changes(end, [grant.id])) === 1
      return isEnded ? { outcome: 'refused' } : { outcome: 'created', displaced: [] }
    }
    if (maxPerSubject === undefined || Number(row?.['others']) < maxPerSubject) {
      return { outcome: 'created', displaced: [] }
    }
    return { outcome: 'created', displaced: await this.#endOldest(grant, maxPerSubject - 1) }
  }

  async rotate(rotation: Rotation): Promise<RotationResult> {
    const { id, clientId, generation, retryWindow, idleLifetime } = rotation
    const { look, advance, endSeen } = this.#statements
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const [row] = await this.#database.rows(look, [id, clientId, retryWindow])
      if (row === undefined) return { outcome: 'absent' }
      const grant = grantOfRow(row)
      if (generation >= grant.generation) {
        const next = generation + 1
        const { changes, insertId } = await this.#database.write(advance, [id, grant.generation, next, idleLifetime])
        if (changes === 0) continue
        const expiresAt = Math.min(grant.endsAt, insertId + idleLifetime)
        return { outcome: 'rotated', grant: { ...grant, generation: next, rotatedAt: insertId, expiresAt } }
      }
      if (generation === grant.generation - 1 && Number(row['in_window']) === 1) return { outcome: 'retried', grant }
      if ((await this.#database.changes(endSeen, [id, grant.generation])) === 1) return { outcome: 'reused', grant }
    }
    throw new Error(`The grant changed ${MOST_LOOKS} times while it was rotated.`)
  }

  async find(id: string): Promise<Grant | undefined> {
    const [row] = await this.#database.rows(this.#statements.find, [id])
    return row && grantOfRow(row)
  }

  async list(subject: string, limit: number): Promise<Grant[]> {
    return (await this.#database.rows(this.#statements.list, [subject, limit])).map(grantOfRow)
  }

  async revoke(id: string): Promise<Grant | undefined> {
    const grant = await this.find(id)
    if (grant === undefined) return undefined
    return (await this.#database.changes(this.#statements.end, [id])) === 1 ? grant : undefined
  }

  /** In steps of a thousand grants. */
  async revokeAll(subject: string, { except = '', loginLifetime }: RevocationOfAll): Promise<number> {
    const { refuseEarlierLogins, endSome } = this.#statements
    requireKey('subject', subject)
    await this.#database.changes(refuseEarlierLogins, [subject, loginLifetime])
    for (let ended = 0; ;) {
      const some = await this.#database.changes(endSome, [subject, except, REVOKED_AT_ONCE])
      ended += some
      if (some < REVOKED_AT_ONCE) return ended
    }
  }

  async spend({ id, lifetime, login }: Spending): Promise<SpendingResult> {
    const { spend, spendOfLogin } = this.#statements
    requireKey('id', id)
    try {
      if (login === undefined) {
        await this.#database.changes(spend, [id, lifetime])
        return 'first'
      }
      const values = [id, lifetime, login.subject, login.beganAt]
      return (await this.#database.changes(spendOfLogin, values)) === 1 ? 'first' : 'refused'
    } catch (error) {
      if (isDuplicateKey(error)) return 'again'
      throw error
    }
  }

  /** The database's clock. */
  async now(_subject: string): Promise<number> {
    const [row] = await this.#database.rows(this.#statements.now, [])
    return Number(row?.['now'])
  }

  /** Ends the oldest grants of a subject but for so many beside the new one. Returns those that this call ended. */
  async #endOldest({ subject, id }: Grant, kept: number): Promise<Grant[]> {
    const { excess, end } = this.#statements
    const rows = await this.#database.rows(excess, [subject, id, kept, MOST_DISPLACED])
    const ended: Grant[] = []
    for (const grant of rows.map(grantOfRow)) {
      if ((await this.#database.changes(end, [grant.id])) === 1) ended.push(grant)
    }
    return ended
  }
}
