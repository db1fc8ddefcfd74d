import type { Database } from './database.js'

const TABLE = 'create table if not exists settings (name text primary key, value text not null)'

/** What all processes on one database share, in the table `settings`. */
export class StoredSettings {
  readonly #database: Database

  private constructor(database: Database) {
    this.#database = database
  }

  static async in(database: Database): Promise<StoredSettings> {
    await database.script(TABLE)
    return new StoredSettings(database)
  }

  /** The value of a name: the one proposed by the first process that asked, the same for all and after every restart. */
  async value(name: string, proposed: string): Promise<string> {
    await this.#database.query('insert into settings (name, value) values (?, ?) on conflict do nothing', [
      name,
      proposed,
    ])
    return String(await this.find(name))
  }

  /** Does something that is done once in the life of a database. Several processes at once may all do it. */
  async once(name: string, act: () => Promise<void>): Promise<void> {
    if ((await this.find(name)) !== undefined) return
    await act()
    await this.value(name, 'done')
  }

  /** The value of a name, or `undefined` if no process has proposed one yet. */
  async find(name: string): Promise<string | undefined> {
    const [row] = await this.#database.query('select value from settings where name = ?', [name])
    return row && String(row.value)
  }
}
