import { DatabaseSync } from '@photostructure/sqlite'

/** Writes to a SQLite file again and again until it is sent a message; then it sends how often, and the error if there was one. */
const [file = '', busyTimeout = ''] = process.argv.slice(2)
const database = new DatabaseSync(file)
database.exec(`PRAGMA busy_timeout = ${busyTimeout}; CREATE TABLE written (n integer)`)

let writes = 0
let error: string | undefined
const timer = setInterval(() => {
  try {
    database.exec('INSERT INTO written VALUES (1)')
    writes++
  } catch (thrown) {
    error = String(thrown)
  }
}, 5)

process.on('message', () => {
  clearInterval(timer)
  database.close()
  process.send?.({ writes, error })
})
process.send?.('ready')
