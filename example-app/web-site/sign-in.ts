import { Router, type Request, type Response } from 'express'
import { endSession, renewSession } from './browser-session.js'
import { fieldOf, type FormTokens } from './csrf.js'
import { nextPage } from './next-page.js'
import type { ShowPage } from './show-page.js'
import { textOf } from './text-of.js'
import { TokenRefusal, type TokenClient, type Tokens } from './token-client.js'
import { signInOf } from './tokens.js'

export interface DemoUser {
  readonly name: string
  readonly password: string
  readonly remark: string
}

export interface SignInParts {
  readonly show: ShowPage
  readonly client: TokenClient
  readonly forms: FormTokens
  /** Shown to whoever looks at the demo; none in production. */
  readonly demoUsers: readonly DemoUser[]
}

const REASONS: Readonly<Record<string, { kind: string; text: string }>> = {
  ended: { kind: 'care', text: 'You were signed out. Please sign in again.' },
  left: { kind: 'good', text: 'You have signed out.' },
  everywhere: { kind: 'good', text: 'You are signed out in every browser.' },
}

/** `/sign-in`, its second step `/sign-in/code` for users with a second factor, and `/sign-out`. */
export function signInPages({ show, client, forms, demoUsers }: SignInParts): Router {
  const router = Router()

  router.get('/sign-in', (request, response) => {
    const notice = REASONS[textOf(request.query, 'why')]
    showSignIn(request, response, { next: nextPage(request.query['next']), notice })
  })

  router.post('/sign-in', async (request, response) => {
    const next = nextPage(fieldOf(request, 'next'))
    const name = fieldOf(request, 'name').trim()
    const password = fieldOf(request, 'password')
    if (name === '' || password === '') {
      showSignIn(request, response, { next, name, error: 'Enter your name and your password.', status: 400 })
      return
    }
    try {
      await enter(request, forms, name, await client.password(request, name, password))
      response.redirect(303, next)
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error
      if (error.mfaToken === undefined) {
        showSignIn(request, response, { next, name, error: sentence(error), status: statusOf(error) })
        return
      }
      await renewSession(request)
      request.session.halfSignIn = { user: name, mfaToken: error.mfaToken, next }
      response.redirect(303, '/sign-in/code')
    }
  })

  router.get('/sign-in/code', (request, response) => {
    if (request.session.halfSignIn === undefined) response.redirect(303, '/sign-in')
    else showCode(request, response)
  })

  router.post('/sign-in/code', async (request, response) => {
    const { halfSignIn } = request.session
    if (halfSignIn === undefined) {
      response.redirect(303, '/sign-in?why=ended')
      return
    }
    const { user, mfaToken, next } = halfSignIn
    const code = fieldOf(request, 'code').replace(/\s/g, '')
    try {
      await enter(request, forms, user, await client.secondFactor(request, mfaToken, code))
      response.redirect(303, next)
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error
      const status = statusOf(error)
      if (status === 429) showCode(request, response, { error: sentence(error), status })
      else
        showCode(request, response, {
          error: 'That code is not right, or was used already. Try the next one, or start again with your password.',
          status,
        })
    }
  })

  router.post('/sign-out', async (request, response) => {
    const { signIn } = request.session
    // Whether the server can be told or not, this browser forgets.
    if (signIn !== undefined) await client.revoke(request, signIn.refreshToken).catch(() => undefined)
    await endSession(request)
    response.redirect(303, '/sign-in?why=left')
  })

  function showSignIn(
    request: Request,
    response: Response,
    {
      status = 200,
      ...data
    }: { status?: number; next: string; name?: string; error?: string; notice?: object | undefined },
  ): void {
    const title = data.error === undefined ? 'Sign in' : 'Error: sign in'
    show(request, response, 'sign-in', {
      title,
      status,
      isWide: true,
      data: { name: '', error: '', notice: undefined, ...data, demoUsers },
    })
  }

  function showCode(request: Request, response: Response, { status = 200, error = '' } = {}): void {
    const title = error === '' ? 'Second step' : 'Error: second step'
    show(request, response, 'second-step', { title, status, data: { error, user: request.session.halfSignIn?.user } })
  }

  return router
}

async function enter(request: Request, { tokenOf }: FormTokens, user: string, tokens: Tokens): Promise<void> {
  await renewSession(request)
  request.session.signIn = signInOf(user, tokens)
  tokenOf(request) // made now, so that no page has to change the session only to have one
}

function statusOf({ status }: TokenRefusal): number {
  return status === 429 ? 429 : 400
}

function sentence({ code, status, retryAfter = 60 }: TokenRefusal): string {
  if (status === 429) return `Too many attempts. Please wait ${duration(retryAfter)} before you try again.`
  if (code === 'invalid_grant' || code === 'invalid_request') return 'The name or the password is not right.'
  return 'You cannot be signed in just now. Please tell whoever runs this site.'
}

function duration(seconds: number): string {
  if (seconds < 90) return 'a minute'
  return `${String(Math.ceil(seconds / 60))} minutes`
}
