import { createServer } from 'node:http'
import express from 'express'
import { announcement } from './announcement.js'
import { openDatabase } from './database.js'
import { endGracefully } from './graceful-end.js'
import { listen } from './listen.js'
import { prepareParts } from './parts.js'
import { readSettings } from './settings.js'
import { StartFailure } from './start-failure.js'
import { urlsAt } from './urls.js'

const server = createServer()
const closers: (() => Promise<unknown>)[] = []
endGracefully(server, () => Promise.all(closers.map((close) => close())))

async function start(): Promise<void> {
  const settings = readSettings(process.env)
  const database = await openDatabase(settings)
  closers.push(() => database.close())
  const { mount, hasDemo } = await prepareParts(settings, database, closers)

  const own = await listen(server, settings)
  const urls = urlsAt(own, settings)
  const app = express().disable('x-powered-by').set('trust proxy', settings.trustProxy)
  mount(app, urls)
  server.on('request', app)
  console.log(announcement({ urls, settings, hasDemo }))
}

try {
  await start()
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : error)
  process.exit(1)
}
