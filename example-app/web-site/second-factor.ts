import { Router, type Request, type Response } from 'express'
import QRCode from 'qrcode'
import { accountRefusal, type AccountRefusal } from './account-refusal.js'
import { fieldOf } from './csrf.js'
import type { ProtectedResource } from './protected-resource.js'
import type { ShowPage } from './show-page.js'

export interface SecondFactorParts {
  readonly show: ShowPage
  /** The account API of the authorization server. */
  readonly account: ProtectedResource
}

/** As the account API has it. */
interface SecondFactor {
  readonly state: 'off' | 'pending' | 'on'
  /** While it is pending: what an authenticator app reads. */
  readonly secret?: string
  readonly url?: string
}

/** `/second-factor`: sets up codes of an authenticator app, and removes them. */
export function secondFactorPage({ show, account }: SecondFactorParts): Router {
  const router = Router()

  router.get('/second-factor', async (request, response) => {
    await showState(request, response)
  })

  router.post('/second-factor/set-up', async (request, response) => {
    const password = fieldOf(request, 'password')
    await act(request, response, '/second-factor', { method: 'POST', json: { password } })
  })

  router.post('/second-factor/confirm', async (request, response) => {
    await act(request, response, '/second-factor', { method: 'PUT', json: { code: codeIn(request) } }, 'on')
  })

  router.post('/second-factor/remove', async (request, response) => {
    const password = fieldOf(request, 'password')
    await act(
      request,
      response,
      '/second-factor',
      { method: 'DELETE', json: { password, code: codeIn(request) } },
      'off',
    )
  })

  async function act(
    request: Request,
    response: Response,
    path: string,
    sent: { method: 'POST' | 'PUT' | 'DELETE'; json: object },
    done?: string,
  ): Promise<void> {
    const answer = await account.ask(request, path, sent)
    if (answer.ok) response.redirect(303, done === undefined ? '/second-factor' : `/second-factor?done=${done}`)
    else await showState(request, response, await accountRefusal(answer), answer.status)
  }

  async function showState(
    request: Request,
    response: Response,
    refusal?: AccountRefusal,
    status = 200,
  ): Promise<void> {
    const answer = await account.ask(request, '/second-factor')
    const { state, secret = '', url } = (await answer.json()) as SecondFactor // the boundary: our own API
    const qrCode = url === undefined ? '' : await QRCode.toString(url, { type: 'svg', margin: 2 })
    const title = refusal === undefined ? 'Second factor' : 'Error: second factor'
    const error = refusal?.sentence ?? ''
    const isOfCode = state === 'pending' || refusal?.field === 'code'
    const done = request.query['done'] === state ? state : ''
    show(request, response, 'second-factor', {
      title,
      status,
      data: {
        state,
        secret: secret.replace(/.{4}(?=.)/g, '$& '),
        qrCode,
        errors: isOfCode ? { code: error, password: '' } : { code: '', password: error },
        done,
      },
    })
  }

  return router
}

/** Authenticator apps show a code in two halves, and some people type it so. */
function codeIn(request: Request): string {
  return fieldOf(request, 'code').replace(/\s/g, '')
}
