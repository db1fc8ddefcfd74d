import { setImmediate as nextTurn } from 'node:timers/promises'
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
import type { ReturningDatabase, SqlValue } from './sql-database.js'
import type { SqlGrantActs } from './sql-grant-acts.js'
import { grantOfRow, grantValues } from './sql-grant-row.js'
import { sqlMigrations } from './sql-migrations.js'
import { sqlStatements, type SqlStatements } from './sql-statements.js'

/** How many grants one step of `revokeAll` ends. */
const REVOKED_AT_ONCE = 1000

/** Grants in SQLite and PostgreSQL, where a statement that changes rows also returns them: each act is one statement. */
export class ReturningGrantActs implements SqlGrantActs {
  readonly #database: ReturningDatabase
  readonly #table: string
  readonly #statements: SqlStatements

  constructor(database: ReturningDatabase, table: string) {
    this.#database = database
    this.#table = table
    this.#statements = sqlStatements(table, database)
  }

  async migrate(): Promise<void> {
    await this.#database.migrate(this.#table, sqlMigrations)
  }

  async create({ grant, age, maxPerSubject }: Creation): Promise<CreationResult> {
    const values: SqlValue[] = [...grantValues(grant), age]
    if (this.#database.hasCreateFunction) values.push(maxPerSubject ?? null)
    const [created, ...displaced] = await this.#database.rows(this.#statements.create, values)
    if (created === undefined) return { outcome: 'refused' }
    if (!this.#database.hasCreateFunction && maxPerSubject !== undefined) {
      const others = [grant.subject, grant.id, maxPerSubject - 1]
      displaced.push(...(await this.#database.rows(this.#statements.endOldest, others)))
    }
    return { outcome: 'created', displaced: displaced.map(grantOfRow) }
  }

  async rotate(rotation: Rotation): Promise<RotationResult> {
    const { id, clientId, generation, retryWindow, idleLifetime } = rotation
    const values = [id, clientId, generation, generation + 1, retryWindow, idleLifetime]
    const [row] = await this.#database.rows(this.#statements.rotate, values)
    if (row === undefined) return { outcome: 'absent' }
    return { outcome: row['last_outcome'] as 'rotated' | 'retried' | 'reused', grant: grantOfRow(row) } // the boundary
  }

  async find(id: string): Promise<Grant | undefined> {
    const [row] = await this.#database.rows(this.#statements.find, [id])
    return row && grantOfRow(row)
  }

  async list(subject: string, limit: number): Promise<Grant[]> {
    return (await this.#database.rows(this.#statements.list, [subject, limit])).map(grantOfRow)
  }

  async revoke(id: string): Promise<Grant | undefined> {
    const [row] = await this.#database.rows(this.#statements.revoke, [id])
    return row && grantOfRow(row)
  }

  /** In steps of a thousand grants. */
  async revokeAll(subject: string, { except = '', loginLifetime }: RevocationOfAll): Promise<number> {
    const { refuseEarlierLogins, revokeSome, isAnyLeft } = this.#statements
    await this.#database.changes(refuseEarlierLogins, [subject, loginLifetime])
    let ended = await this.#database.changes(revokeSome, [subject, except, REVOKED_AT_ONCE])
    while ((await this.#database.rows(isAnyLeft, [subject, except])).length > 0) {
      await nextTurn() // SQLite works on the event loop's thread
      ended += await this.#database.changes(revokeSome, [subject, except, REVOKED_AT_ONCE])
    }
    return ended
  }

  async spend({ id, lifetime, login }: Spending): Promise<SpendingResult> {
    const { spend, isRefused } = this.#statements
    const { subject = null, beganAt = null } = login ?? {}
    if ((await this.#database.changes(spend, [id, lifetime, subject, beganAt])) === 1) return 'first'
    if (login === undefined) return 'again'
    return (await this.#database.rows(isRefused, [subject, beganAt])).length > 0 ? 'refused' : 'again'
  }

  /** The database's clock. */
  async now(_subject: string): Promise<number> {
    const [row] = await this.#database.rows(this.#statements.now, [])
    return Number(row?.['now'])
  }
}
