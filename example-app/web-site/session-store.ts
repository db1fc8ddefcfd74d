import { createHash } from 'node:crypto'
import { Store, type SessionData } from 'express-session'
import type { Database } from '../database.js'
import { reason } from '../reason.js'

const TABLE = `
  create table if not exists web_sessions (
    id_sha256 text primary key,
    session text not null,
    expires_at bigint not null
  );
  create index if not exists web_sessions_by_end on web_sessions (expires_at)`

/** From the last request on: as long as a refresh token that is never used is good for, and a while between two steps. */
const SIGNED_IN_MS = 14 * 24 * 3_600_000
const HALF_SIGNED_IN_MS = 3_600_000
const PRUNE_MS = 3_600_000

type Done = (error?: unknown) => void

/** The sessions of the web site, in the table `web_sessions`: by a digest of the id, so that nobody who reads it has a cookie. */
export class SessionStore extends Store {
  readonly #database: Database

  private constructor(database: Database) {
    super()
    this.#database = database
  }

  /** Makes the table; the answer makes a store for each use of express-session, which keeps options of its own in it. */
  static async in(database: Database): Promise<() => SessionStore> {
    await database.script(TABLE)
    setInterval(() => void prune(database), PRUNE_MS).unref()
    return () => new SessionStore(database)
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.#database
      .query('select session from web_sessions where id_sha256 = ? and expires_at > ?', [digest(id), Date.now()])
      .then(([row]) => (row === undefined ? null : (JSON.parse(String(row.session)) as SessionData))) // written below
      .then((session) => {
        done(null, session)
      }, done)
  }

  override set(id: string, session: SessionData, done: Done = () => undefined): void {
    this.#act(
      `insert into web_sessions (id_sha256, session, expires_at) values (?, ?, ?)
       on conflict (id_sha256) do update set session = excluded.session, expires_at = excluded.expires_at`,
      [digest(id), JSON.stringify(session), endOf(session)],
      done,
    )
  }

  /** Only puts the end off, so that a request which changed nothing overwrites nothing that another changed. */
  override touch(id: string, session: SessionData, done: Done = () => undefined): void {
    this.#act('update web_sessions set expires_at = ? where id_sha256 = ?', [endOf(session), digest(id)], done)
  }

  override destroy(id: string, done: Done = () => undefined): void {
    this.#act('delete from web_sessions where id_sha256 = ?', [digest(id)], done)
  }

  #act(sql: string, values: readonly (string | number)[], done: Done): void {
    this.#database.query(sql, values).then(() => {
      done()
    }, done)
  }
}

async function prune(database: Database): Promise<void> {
  try {
    await database.query('delete from web_sessions where expires_at <= ?', [Date.now()])
  } catch (error) {
    console.error(`Expired sessions were not removed, the next try is in an hour: ${reason(error)}.`)
  }
}

function endOf({ signIn }: SessionData): number {
  return Date.now() + (signIn === undefined ? HALF_SIGNED_IN_MS : SIGNED_IN_MS)
}

function digest(id: string): string {
  return createHash('sha256').update(id).digest('base64url')
}
