import { Router, type Request, type Response } from 'express'
import { accountRefusal } from './account-refusal.js'
import { fieldOf } from './csrf.js'
import type { ProtectedResource } from './protected-resource.js'
import type { ShowPage } from './show-page.js'

export interface PasswordParts {
  readonly show: ShowPage
  /** The account API of the authorization server. */
  readonly account: ProtectedResource
}

interface Errors {
  readonly current?: string
  readonly fresh?: string
  readonly again?: string
}

const SHORTEST = 12

/** `/password`: a new one for an old one, which ends all other sessions. */
export function passwordPage({ show, account }: PasswordParts): Router {
  const router = Router()

  router.get('/password', async (request, response) => {
    await account.ask(request, '') // whoever was signed out elsewhere is told now, not when the form is filled in
    showForm(request, response)
  })

  router.post('/password', async (request, response) => {
    const current = fieldOf(request, 'current')
    const fresh = fieldOf(request, 'fresh')
    const errors = errorsIn(current, fresh, fieldOf(request, 'again'))
    if (Object.keys(errors).length > 0) {
      showForm(request, response, errors, 400)
      return
    }
    const answer = await account.ask(request, '/password', { method: 'PUT', json: { current, fresh } })
    if (answer.ok) response.redirect(303, '/sessions?done=password')
    else showForm(request, response, { current: (await accountRefusal(answer)).sentence }, answer.status)
  })

  function showForm(request: Request, response: Response, errors: Errors = {}, status = 200): void {
    const title = status === 200 ? 'Change your password' : 'Error: change your password'
    show(request, response, 'password', { title, status, data: { errors, shortest: SHORTEST } })
  }

  return router
}

function errorsIn(current: string, fresh: string, again: string): Errors {
  return {
    ...(current === '' ? { current: 'Enter the password that you have now.' } : {}),
    ...(fresh.length < SHORTEST ? { fresh: `Take a password of ${String(SHORTEST)} characters or more.` } : {}),
    ...(fresh.length >= SHORTEST && fresh === current ? { fresh: 'Take one that you do not have already.' } : {}),
    ...(fresh === again ? {} : { again: 'The two new passwords differ.' }),
  }
}
