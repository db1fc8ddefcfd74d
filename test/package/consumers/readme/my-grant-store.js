import { DatabaseSync } from '@photostructure/sqlite'
import { SqlGrantStore } from 'express-oauth-password-grant'

const database = new DatabaseSync(':memory:')

export class MyGrantStore extends SqlGrantStore {
  constructor() {
    super({ database })
  }
}

await new MyGrantStore().migrate()
