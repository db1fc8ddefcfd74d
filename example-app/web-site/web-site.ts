import express, { type Express } from 'express'
import type { Store } from 'express-session'
import type { PrivateKey } from 'openid-client'
import { browserSessions } from './browser-session.js'
import { contactsPage } from './contacts.js'
import { formTokens } from './csrf.js'
import { errorPages } from './error-pages.js'
import type { Links } from './layout.js'
import { notFound } from './page-error.js'
import { passwordPage } from './password.js'
import { ProtectedResource } from './protected-resource.js'
import { secondFactorPage } from './second-factor.js'
import { securityHeaders } from './security-headers.js'
import { sessionsPage } from './sessions.js'
import { pagesWith } from './show-page.js'
import { signInPages, type DemoUser } from './sign-in.js'
import { stillSignedIn } from './still-signed-in.js'
import { TokenClient } from './token-client.js'
import { SessionTokens } from './tokens.js'

export interface WebSiteParts {
  /** The authorization server's URL: its endpoints are found from there. */
  readonly issuer: string
  /** The contacts API's URL, without `/contacts`. */
  readonly api: string
  readonly clientId: string
  /** The private key with which it authenticates. */
  readonly clientKey: PrivateKey
  readonly newSessionStore: () => Store
  /** Signs the cookies. */
  readonly sessionSecret: string
  readonly trustProxy: false | number | string
  readonly demoUsers: readonly DemoUser[]
  readonly links: Links
}

/** The web site: the confidential client of the authorization server, and pages for a browser that needs no JavaScript. */
export function webSite(parts: WebSiteParts): Express {
  const { issuer, api, links, trustProxy } = parts
  const client = new TokenClient(parts)
  const tokens = new SessionTokens(client)
  const account = new ProtectedResource(`${issuer.replace(/\/$/, '')}/account`, 'The sign-in service', tokens, {
    namesEndUser: true, // it asks for passwords
  })
  const contactsApi = new ProtectedResource(api, 'The address book', tokens)
  const forms = formTokens(parts.sessionSecret)
  const show = pagesWith(links, forms)

  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.set('trust proxy', trustProxy) // whether the browser speaks https, and from where, is what the proxy says

  app.use(securityHeaders())
  app.use(browserSessions(parts.newSessionStore, parts.sessionSecret))
  app.use(express.urlencoded({ extended: false, limit: '10kb' }))
  app.use(forms.protection)

  app.get('/', (_request, response) => {
    response.redirect(303, '/contacts')
  })
  app.use(signInPages({ show, client, forms, demoUsers: parts.demoUsers }))
  app.use('/contacts', stillSignedIn(account))
  app.use(contactsPage({ show, api: contactsApi }))
  app.use(sessionsPage({ show, account }))
  app.use(passwordPage({ show, account }))
  app.use(secondFactorPage({ show, account }))

  app.use(() => {
    throw notFound()
  })
  app.use(errorPages(show))
  return app
}
