import express, { type Express, type Request } from 'express'
import { resourceServer, type AccessTokenAuth } from 'express-oauth-password-grant'
import type { Contact, Contacts } from './contacts.js'
import { jsonErrors, nothingThere } from './json-errors.js'

export interface ContactsApiParts {
  /** The authorization server's URL: all that this API knows of it. */
  readonly issuer: string
  /** Whom the access tokens must be for: this API. */
  readonly audience: string
  readonly contacts: Pick<Contacts, 'list' | 'add'>
}

/** The contacts API, a resource server: `GET /contacts` wants `contacts.read`, `POST /contacts` wants `contacts.write`. */
export function contactsApi({ issuer, audience, contacts }: ContactsApiParts): Express {
  const app = express()
  app.disable('x-powered-by')
  const { requireAccessToken } = resourceServer({ issuer, audience })

  app.get('/contacts', requireAccessToken('contacts.read'), async (request, response) => {
    response.set('Cache-Control', 'no-store').json(await contacts.list(ownerOf(request)))
  })

  app.post(
    '/contacts',
    requireAccessToken('contacts.write'),
    express.json({ limit: '10kb' }),
    async (request, response) => {
      const contact = contactIn(request.body)
      if (contact === undefined)
        response.status(400).json({ error: 'Send { "name": …, "email": … }, each a short text.' })
      else response.status(201).json(await contacts.add(ownerOf(request), contact))
    },
  )

  app.use(nothingThere, jsonErrors)
  return app
}

declare module 'express-serve-static-core' {
  interface Request {
    auth?: AccessTokenAuth
  }
}

/** The user whose token it is. */
function ownerOf({ auth }: Request): string {
  return String(auth?.payload['sub'])
}

function contactIn(body: unknown): Omit<Contact, 'id'> | undefined {
  if (typeof body !== 'object' || body === null || !('name' in body) || !('email' in body)) return undefined
  const { name, email } = body
  return isShortText(name) && isShortText(email) ? { name, email } : undefined
}

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= 200
}
