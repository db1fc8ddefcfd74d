// A token server in a process of its own, plain JavaScript on the built library so that it starts quickly. It is told
// where the grants are kept and serves them; a request may tell it at which step of a refresh to kill itself.
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import { oauthPasswordGrant, RedisGrantStore, requireSecondFactor, SqlGrantStore } from '../../dist/index.js'

/** Named in full, so that a bundle of this program holds it. */
const LOAD = { pg: () => import('pg') }
const OPEN = { sqlite: openSqlite, postgres: openPostgres, mysql: openMysql, redis: openRedis }

/** The step of a refresh at which this process ends. */
let lastStep = 'none'
let end = () => Promise.resolve()

process.on('message', ({ place, options, leak }) => {
  if (leak === undefined) void serve(place, options)
  else tellEverywhere(leak)
})
process.on('disconnect', () => process.exit())
// What it will need is loaded before there is something to do.
const [, , ...drivers] = process.argv
await Promise.all(drivers.map((driver) => LOAD[driver]?.() ?? import(driver)))
process.send('ready')

/** For the test that nothing of this goes unseen. */
function tellEverywhere(secret) {
  console.log(secret)
  console.error(secret)
  process.send({ event: { type: 'leak', secret } })
  process.send({ error: secret })
}

async function serve(place, options) {
  await end()
  const { store, close } = await OPEN[place.kind](place)
  const users = new Map(options.users.map((user) => [user.username, user]))
  const oauth = oauthPasswordGrant({
    refreshUser: false,
    ...options.oauth,
    authenticateUser: (username, password) => {
      const user = users.get(username)
      if (user?.password !== password) return false
      return user.otp === undefined ? { id: username } : requireSecondFactor({ id: username })
    },
    secondFactor: {
      findUser: (subject) => ({ id: subject }),
      verify: ({ id }, answer) => answer === users.get(id)?.otp,
      attempts: 20,
    },
    grantStore: mortal(store),
    onEvent: (event) => process.send({ event }),
    onError: (error) => process.send({ error: String(error?.stack ?? error) }),
  })
  const app = express()
  app.use(watchForTheEnd, oauth)
  app.get('/living', oauth.requireAccessToken('contacts.read', { checkRevocation: true }), (_request, response) => {
    response.json([])
  })
  app.get('/grants/:subject', (request, response, next) => {
    oauth.grants.list(request.params.subject).then((grants) => response.json(grants), next)
  })
  app.get('/guarded', oauth.requireAccessToken('contacts.read'), (_request, response) => {
    response.json([])
  })
  app.put('/keys', express.json(), (request, response) => {
    oauth.keys.reload(request.body).then(
      () => response.json(oauth.keys.list()),
      (error) => response.status(400).json(error.message),
    )
  })
  const server = createServer(app)
  end = async () => {
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeAllConnections()
    })
    await close()
  }
  server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }))
}

function die() {
  process.kill(process.pid, 'SIGKILL')
}

/** A store whose calls may be the last thing that the process does. */
function mortal(store) {
  const rotate = store.rotate.bind(store)
  store.rotate = async (rotation) => {
    if (lastStep === 'before the store call') die()
    if (lastStep === 'while the store call is under way') process.send('under way')
    const result = await rotate(rotation)
    if (lastStep === 'once the store call has returned') die()
    return result
  }
  return store
}

function watchForTheEnd(request, response, next) {
  lastStep = request.get('x-last-step') ?? 'none'
  const answer = response.end.bind(response)
  response.end = (text) => {
    if (lastStep === 'before the answer is written') die()
    if (lastStep === 'while the answer is half written') return response.write(text.slice(0, text.length / 2), die)
    answer(text)
    if (lastStep === 'once the answer is handed to the socket') die()
    return response
  }
  next()
}

/** Where two processes do this to a new file at once, SQLite does not wait for the other. */
async function useWal(database) {
  for (let tries = 250; ; tries--) {
    try {
      database.exec('PRAGMA journal_mode = wal')
      return
    } catch (error) {
      if (!error.message.includes('locked') || tries === 0) throw error
      await sleep(20)
    }
  }
}

async function openSqlite({ driver, file }) {
  const { DatabaseSync } = await import(driver)
  mkdirSync(dirname(file), { recursive: true })
  const database = new DatabaseSync(file)
  await useWal(database)
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA synchronous = full')
  const store = new SqlGrantStore({ database })
  await store.migrate()
  // In the midst of the statement: the row is changed, and nothing is committed.
  database.function('in_the_statement', () => {
    if (lastStep === 'in the midst of the statement') die()
    return 0
  })
  database.exec(`CREATE TEMP TRIGGER last_step AFTER UPDATE ON main.oauth_grants BEGIN SELECT in_the_statement(); END`)
  return { store, close: () => database.close() }
}

async function openPostgres({ url, table }) {
  const { default: pg } = await import('pg')
  const database = new pg.Pool({ connectionString: url })
  database.on('error', () => undefined)
  const store = new SqlGrantStore({ database, table })
  await store.migrate()
  return { store, close: () => database.end() }
}

async function openMysql({ url, table }) {
  const { createPool } = await import('mysql2/promise')
  const database = createPool(url)
  const store = new SqlGrantStore({ database, table })
  await store.migrate()
  return { store, close: () => database.end() }
}

async function openRedis({ driver, url, prefix }) {
  if (driver === 'ioredis') {
    const { Redis } = await import('ioredis')
    const client = new Redis(url)
    const store = new RedisGrantStore({ sendCommand: (command, ...args) => client.call(command, ...args), prefix })
    return { store, close: () => client.disconnect() }
  }
  const { createClient } = await import('redis')
  const client = createClient({ url })
  await client.connect()
  return {
    store: new RedisGrantStore({ sendCommand: (...args) => client.sendCommand(args), prefix }),
    close: () => client.destroy(),
  }
}
