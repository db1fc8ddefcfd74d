import { randomUUID } from 'node:crypto'
import type { Database } from './database.js'

export interface Contact {
  readonly id: string
  readonly name: string
  readonly email: string
}

const TABLE = `
  create table if not exists contacts (
    id text primary key,
    owner text not null,
    name text not null,
    email text not null
  );
  create index if not exists contacts_of_owner on contacts (owner, name)`

const SAMPLES = [
  { name: 'Ada Lovelace', email: 'ada@analytical.example' },
  { name: 'Grace Hopper', email: 'grace@compilers.example' },
  { name: 'Katherine Johnson', email: 'katherine@orbits.example' },
]

/** The contacts, in the table `contacts`: to each user his own. */
export class Contacts {
  readonly #database: Database

  private constructor(database: Database) {
    this.#database = database
  }

  static async in(database: Database): Promise<Contacts> {
    await database.script(TABLE)
    return new Contacts(database)
  }

  /** A few contacts for each of these, so that there is something to look at. */
  async addSamples(owners: readonly string[]): Promise<void> {
    for (const owner of owners) for (const contact of SAMPLES) await this.add(owner, contact)
  }

  async list(owner: string): Promise<readonly Contact[]> {
    const rows = await this.#database.query(
      'select id, name, email from contacts where owner = ? order by name, id limit 1000',
      [owner],
    )
    return rows.map(({ id, name, email }) => ({ id: String(id), name: String(name), email: String(email) }))
  }

  async add(owner: string, { name, email }: Omit<Contact, 'id'>): Promise<Contact> {
    const contact = { id: randomUUID(), name, email }
    await this.#database.query('insert into contacts (id, owner, name, email) values (?, ?, ?, ?)', [
      contact.id,
      owner,
      name,
      email,
    ])
    return contact
  }
}
