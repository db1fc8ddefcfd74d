import { fileURLToPath } from 'node:url'
import express, { Router } from 'express'
import type { OAuthPasswordGrant } from 'express-oauth-password-grant'
import { pageRenderer, type Links } from '../web-site/layout.js'
import { securityHeaders } from '../web-site/security-headers.js'
import { openApiDocument } from './openapi-document.js'

const BROWSER = fileURLToPath(new URL('browser', import.meta.url))
const SWAGGER_UI = fileURLToPath(new URL('.', import.meta.resolve('swagger-ui-dist/package.json')))

const scopeDescriptions = { 'contacts.read': 'See the contacts.', 'contacts.write': 'Add contacts.' }

export interface ApiDocsOptions {
  readonly oauth: Pick<OAuthPasswordGrant, 'openapi'>
  /** The URL of the contacts API, without `/contacts`, where it is at the same origin: a page cannot call one that is elsewhere. */
  readonly apiUrl: string | undefined
  /** The URL of the authorization server, where Authorize logs in. */
  readonly issuer: string
  /** Whom the page suggests to log in as; nobody where the demo's rows are gone. */
  readonly demo: Demo | undefined
  readonly links: Links
}

interface Demo {
  readonly client: { readonly id: string; readonly secret: string }
  readonly user: { readonly name: string; readonly password: string }
}

/** The API documentation: Swagger UI on our document, to be mounted at `/docs`. */
export function apiDocs({ oauth, apiUrl, issuer, demo, links }: ApiDocsOptions): Router {
  const renderPage = pageRenderer(new URL('.', import.meta.url))
  const document = openApiDocument(oauth.openapi({ scopeDescriptions }), apiUrl)
  const page = renderPage(
    'api-docs',
    { demo, origin: new URL(issuer).origin },
    {
      title: 'API documentation',
      path: '/docs',
      links,
      isWide: true,
      styles: ['/docs/assets/swagger-ui.css', '/docs/assets/api-docs.css'],
      scripts: ['/docs/assets/api-docs.js'],
    },
  )
  const router = Router()
  router.use(securityHeaders({ hasDataImages: true }))
  router.get('/', (_request, response) => {
    response.type('html').send(page)
  })
  router.get('/openapi.json', (_request, response) => {
    response.json(document)
  })
  router.use('/assets', express.static(BROWSER, { index: false }), express.static(SWAGGER_UI, { index: false }))
  return router
}
