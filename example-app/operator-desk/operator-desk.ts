import { subscribe } from 'node:diagnostics_channel'
import { fileURLToPath } from 'node:url'
import express, { Router, type RequestHandler } from 'express'
import type { OAuthEvent, OAuthPasswordGrant } from 'express-oauth-password-grant'
import { pageRenderer, type Links } from '../web-site/layout.js'
import { securityHeaders } from '../web-site/security-headers.js'
import { eventStream } from './event-stream.js'
import { Feed } from './feed.js'
import { happening } from './happening.js'
import { LoginTimes } from './login-times.js'
import { loopbackOnly } from './loopback-only.js'
import { plots, totals } from './plots.js'
import { Tally } from './tally.js'

/** The channel on which the library publishes its events. */
const EVENT_CHANNEL = 'express-oauth-password-grant'
const SECOND_MS = 1_000
const SAMPLE_MS = 100

const BROWSER = fileURLToPath(new URL('browser', import.meta.url))
const UPLOT = fileURLToPath(new URL('dist', import.meta.resolve('uplot/package.json')))

export interface OperatorDeskOptions {
  /** Whether whoever reaches this server may look. */
  readonly isForEverybody: boolean
  readonly passwordChecks: OAuthPasswordGrant['passwordChecks']
  readonly links: Links
}

export interface OperatorDesk {
  /** To be mounted before the authorization server: takes the time of logins. */
  readonly timeLogins: RequestHandler
  /** The pages, to be mounted at `/desk`. */
  readonly pages: Router
}

/** The operator's desk: what the authorization server of this process tells, as a list and as plots. */
export function operatorDesk({ isForEverybody, passwordChecks, links }: OperatorDeskOptions): OperatorDesk {
  const feed = new Feed()
  const times = new LoginTimes()
  const tally = new Tally(times, passwordChecks)

  subscribe(EVENT_CHANNEL, (message) => {
    const event = message as OAuthEvent // the boundary: all that is published on that channel
    times.note(event)
    tally.count(event)
    feed.send({ name: 'happening', content: happening(event) })
  })
  setInterval(() => {
    tally.sample()
  }, SAMPLE_MS).unref()
  setInterval(() => {
    feed.send({ name: 'second', content: tally.take() })
  }, SECOND_MS).unref()

  return { timeLogins: times.measure, pages: pages(feed, isForEverybody, links) }
}

function pages(feed: Feed, isForEverybody: boolean, links: Links): Router {
  const renderPage = pageRenderer(new URL('.', import.meta.url))
  const frame = {
    title: 'Operator’s desk',
    path: '/desk',
    links,
    isWide: true,
    styles: ['/desk/assets/uPlot.min.css', '/desk/assets/operator-desk.css'],
    scripts: ['/desk/assets/operator-desk.js'],
  }
  const router = Router()
  if (!isForEverybody) router.use(loopbackOnly)
  router.use(securityHeaders())
  router.get('/', (_request, response) => {
    const view = { plots, totals, happenings: feed.happenings(), processId: process.pid, now: new Date() }
    response.type('html').send(renderPage('operator-desk', view, frame))
  })
  router.get('/events', eventStream(feed))
  router.use('/assets', express.static(BROWSER, { index: false }), express.static(UPLOT, { index: false }))
  return router
}
