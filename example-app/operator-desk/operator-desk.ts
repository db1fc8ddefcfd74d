import { subscribe } from 'node:diagnostics_channel'
import { fileURLToPath } from 'node:url'
import express, { Router, type RequestHandler } from 'express'
import type { OAuthEvent, OAuthPasswordGrant } from 'express-oauth-password-grant'
import { assets } from '../web-site/assets.js'
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
  readonly passwordChecks: OAuthPasswordGrant['passwordChecks']
  readonly links: Links
}

export interface OperatorDesk {
  /** To be mounted before the authorization server: takes the time of logins. */
  readonly timeLogins: RequestHandler
  /** The pages, to be mounted at the root of a server that listens at a loopback address. */
  readonly pages: Router
}

/** The operator's desk: what the authorization server of this process tells, as a list and as plots. */
export function operatorDesk({ passwordChecks, links }: OperatorDeskOptions): OperatorDesk {
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

  return { timeLogins: times.measure, pages: pages(feed, links) }
}

function pages(feed: Feed, links: Links): Router {
  const renderPage = pageRenderer(new URL('.', import.meta.url))
  const frame = {
    title: 'Operator’s desk',
    path: links.desk ?? '/',
    links,
    isWide: true,
    styles: ['/assets/uPlot.min.css', '/assets/operator-desk.css'],
    scripts: ['/assets/operator-desk.js'],
  }
  const router = Router()
  router.use(loopbackOnly, securityHeaders())
  router.get('/', (_request, response) => {
    const view = { plots, totals, happenings: feed.happenings(), processId: process.pid, now: new Date() }
    response.type('html').send(renderPage('operator-desk', view, frame))
  })
  router.get('/events', eventStream(feed))
  router.use('/assets', assets(), express.static(BROWSER, { index: false }), express.static(UPLOT, { index: false }))
  return router
}
