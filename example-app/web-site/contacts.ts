import { Router, type Request, type Response } from 'express'
import { fieldOf } from './csrf.js'
import type { ProtectedResource } from './protected-resource.js'
import type { ShowPage } from './show-page.js'

export interface ContactsParts {
  readonly show: ShowPage
  /** The contacts API. */
  readonly api: ProtectedResource
}

interface Contact {
  readonly name: string
  readonly email: string
}

/** `/contacts`: the list, and a form that adds to it for whoever may. */
export function contactsPage({ show, api }: ContactsParts): Router {
  const router = Router()

  router.get('/contacts', async (request, response) => {
    await showContacts(request, response, { isAdded: request.query['done'] === 'added' })
  })

  router.post('/contacts', async (request, response) => {
    const name = fieldOf(request, 'name').trim()
    const email = fieldOf(request, 'email').trim()
    const errors = { name: nameError(name), email: emailError(email) }
    if (errors.name !== '' || errors.email !== '') {
      await showContacts(request, response, { name, email, errors, status: 400 })
      return
    }
    const answer = await api.ask(request, '/contacts', { method: 'POST', json: { name, email } })
    if (answer.ok) response.redirect(303, '/contacts?done=added')
    else {
      const refused = { name: '', email: 'The contacts API does not take this contact.' }
      await showContacts(request, response, { name, email, errors: refused, status: 400 })
    }
  })

  async function showContacts(
    request: Request,
    response: Response,
    { status = 200, ...data }: { status?: number; name?: string; email?: string; errors?: object; isAdded?: boolean },
  ): Promise<void> {
    const answer = await api.ask(request, '/contacts')
    const contacts = (await answer.json()) as readonly Contact[] // the boundary: our own API
    const scope = request.session.signIn?.scope.split(' ') ?? []
    const title = status === 200 ? 'Contacts' : 'Error: contacts'
    const usual = { name: '', email: '', errors: { name: '', email: '' }, isAdded: false }
    show(request, response, 'contacts', {
      title,
      status,
      data: { ...usual, ...data, mayAdd: scope.includes('contacts.write'), contacts: contacts.map(shown) },
    })
  }

  return router
}

function shown({ name, email }: Contact): object {
  const initials = name.split(/\s+/).map((word) => word.match(/./u)?.[0] ?? '')
  return { name, email, initials: [initials[0], initials.length > 1 ? initials.at(-1) : ''].join('').toUpperCase() }
}

function nameError(name: string): string {
  if (name === '') return 'Enter a name.'
  return name.length > 200 ? 'Take a name of 200 characters at most.' : ''
}

function emailError(email: string): string {
  if (email.length > 200) return 'Take an address of 200 characters at most.'
  return /^[^@\s]+@[^@\s]+$/.test(email) ? '' : 'Enter an email address, such as ada@analytical.example.'
}
