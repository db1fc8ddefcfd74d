import { createServer } from 'node:http'
import express, { type Express } from 'express'
import { announcement } from './announcement.js'
import { openDatabase } from './database.js'
import { endGracefully } from './graceful-end.js'
import { listen } from './listen.js'
import { prepareParts } from './parts.js'
import { readSettings, type Settings } from './settings.js'
import { StartFailure } from './start-failure.js'
import { urlsAt } from './urls.js'

const server = createServer()
const deskServer = createServer()
const closers: (() => Promise<unknown>)[] = []
const ending = endGracefully([server, deskServer], () => Promise.all(closers.map((close) => close())))

async function start(): Promise<void> {
  const settings = readSettings(process.env)
  const database = await openDatabase(settings)
  closers.push(() => database.close())
  const { mount, hasDemo } = await prepareParts(settings, database, closers)

  const own = await listen(server, { ...settings, portName: 'PORT' })
  const urls = urlsAt(own, settings, await listenForDesk(settings))
  const app = newApp().set('trust proxy', settings.trustProxy)
  const desk = newApp()
  mount({ app, desk }, urls)
  server.on('request', app)
  deskServer.on('request', desk)
  console.log(announcement({ urls, settings, hasDemo }))
}

/** The desk shows what happens to people: it is never where others can reach it, behind whatever proxy. */
async function listenForDesk({ parts, deskPort }: Settings): Promise<string | undefined> {
  if (!parts.includes('authorization-server')) return undefined
  return listen(deskServer, { host: '127.0.0.1', port: deskPort, portName: 'DESK_PORT' })
}

function newApp(): Express {
  return express().disable('x-powered-by').use(ending.refuseNew)
}

try {
  await start()
} catch (error) {
  console.error(error instanceof StartFailure ? error.message : error)
  process.exit(1)
}
