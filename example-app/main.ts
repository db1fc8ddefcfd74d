import { createServer } from 'node:http'
import { announcement } from './announcement.js'
import { authorizationServer } from './authorization-server.js'
import { Clients } from './clients.js'
import { openDatabase } from './database.js'
import { endGracefully } from './graceful-end.js'
import { openGrantStore } from './grant-store.js'
import { listen } from './listen.js'
import { demo, seed } from './seed.js'
import { issuerAt, readSettings } from './settings.js'
import { signingKeyIn } from './signing-key.js'
import { StartFailure } from './start-failure.js'
import { Users } from './users.js'

const server = createServer()
const closers: (() => Promise<void>)[] = []
endGracefully(server, () => Promise.all(closers.map((close) => close())))

async function start(): Promise<void> {
  const settings = readSettings(process.env)
  const database = await openDatabase(settings)
  closers.push(() => database.close())
  await seed(database)
  const grants = await openGrantStore(settings, database)
  closers.push(() => grants.close())

  const clients = new Clients(database)
  const users = await Users.in(database)
  const signingKey = settings.signingKey ?? (await signingKeyIn(database))
  const hasDemo = (await clients.find(demo.client.id)) !== undefined

  const url = await listen(server, settings)
  const { audience, trustProxy } = settings
  const issuer = issuerAt(url, settings)
  server.on(
    'request',
    authorizationServer({ issuer, audience, signingKey, trustProxy, clients, users, grantStore: grants.store }),
  )
  console.log(announcement({ url, settings, hasDemo }))
}

try {
  await start()
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : error)
  process.exit(1)
}
