import { Router } from 'express'
import { browserName } from './browser-name.js'
import { endSession } from './browser-session.js'
import { fieldOf } from './csrf.js'
import type { ProtectedResource } from './protected-resource.js'
import { sinceThen } from './since-then.js'
import type { ShowPage } from './show-page.js'
import { textOf } from './text-of.js'

export interface SessionsParts {
  readonly show: ShowPage
  /** The account API of the authorization server. */
  readonly account: ProtectedResource
}

/** As the account API has it. Times are in milliseconds since the epoch. */
interface Session {
  readonly id: string
  readonly isCurrent: boolean
  readonly address?: string
  readonly userAgent?: string
  readonly signedInAt: number
  readonly usedAt: number
}

const DONE: Readonly<Record<string, string>> = {
  ended: 'That session has ended.',
  password: 'Your password is changed, and all other sessions have ended.',
}

/** `/sessions`: where somebody is signed in; each can be ended, and all at once. */
export function sessionsPage({ show, account }: SessionsParts): Router {
  const router = Router()

  router.get('/sessions', async (request, response) => {
    const answer = await account.ask(request, '/sessions')
    const sessions = (await answer.json()) as readonly Session[] // the boundary: our own API
    const done = DONE[textOf(request.query, 'done')] ?? ''
    show(request, response, 'sessions', { title: 'Your sessions', data: { sessions: sessions.map(shown), done } })
  })

  router.post('/sessions/end', async (request, response) => {
    const id = fieldOf(request, 'id')
    await account.ask(request, `/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' })
    response.redirect(303, '/sessions?done=ended')
  })

  router.post('/sessions/end-all', async (request, response) => {
    await account.ask(request, '/sessions', { method: 'DELETE' })
    await endSession(request)
    response.redirect(303, '/sign-in?why=everywhere')
  })

  return router
}

function shown({ id, isCurrent, address, userAgent, signedInAt, usedAt }: Session): object {
  return {
    id,
    isCurrent,
    address: address ?? 'an unknown address',
    browser: browserName(userAgent),
    signedIn: { iso: new Date(signedInAt).toISOString(), text: sinceThen(signedInAt) },
    used: { iso: new Date(usedAt).toISOString(), text: sinceThen(usedAt) },
  }
}
