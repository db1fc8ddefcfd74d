import express, { type Express } from 'express'
import { errorPages } from './error-pages.js'
import type { Links } from './layout.js'
import { notFound } from './page-error.js'
import { securityHeaders } from './security-headers.js'
import { pagesWith } from './show-page.js'

export interface WebSiteParts {
  readonly links: Links
}

/** The web site: the confidential client of the authorization server, and pages for a browser that needs no JavaScript. */
export function webSite({ links }: WebSiteParts): Express {
  const app = express()
  app.disable('x-powered-by').disable('etag')
  const show = pagesWith(links)

  app.use(securityHeaders())

  app.use(() => {
    throw notFound()
  })
  app.use(errorPages(show))
  return app
}
