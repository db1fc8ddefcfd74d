import type { OpenApiFragment } from 'express-oauth-password-grant'
import { contactsPaths, contactsSchemas } from './contacts-paths.js'

/** What this application answers, as one OpenAPI 3.1 document: the library's part of it, and the contacts API where its URL is given. */
export function openApiDocument({ components, paths }: OpenApiFragment, apiUrl: string | undefined): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'The example app',
      version: '1.0.0',
      description: 'The contacts API, and the authorization server that gives out access tokens for it.',
    },
    tags: [
      { name: 'Contacts', description: 'Wants an access token: press Authorize.' },
      { name: 'OAuth 2.0', description: 'For the backends of clients.' },
    ],
    paths: { ...(apiUrl === undefined ? {} : contactsPaths(apiUrl)), ...paths },
    components: {
      securitySchemes: components.securitySchemes,
      schemas: { ...contactsSchemas, ...components.schemas },
    },
  }
}
