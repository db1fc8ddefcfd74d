import express, { Router, type Request, type RequestHandler, type Response } from 'express'
import { OAuthError, type OAuthPasswordGrant } from 'express-oauth-password-grant'
import type { Clients } from './clients.js'
import { jsonErrors, nothingThere } from './json-errors.js'
import type { SecondFactors } from './second-factors.js'
import { hashPassword, type User, type Users } from './users.js'

export interface AccountApiParts {
  readonly oauth: Pick<
    OAuthPasswordGrant<User>,
    'authenticate' | 'authenticateSecondFactor' | 'grants' | 'requireAccessToken'
  >
  readonly clients: Clients
  readonly users: Users
  readonly secondFactors: SecondFactors
}

type Act = (request: Request, response: Response, user: User, sessionId: string) => Promise<unknown>

/**
 * What a user does with the own account: see and end sessions, change the password, set up a second factor. For clients
 * with the scope `account`, and only as long as the session of the token has not ended.
 */
export function accountApi({ oauth, clients, users, secondFactors }: AccountApiParts): Router {
  const router = Router()
  router.use(noStore, oauth.requireAccessToken('account', { checkRevocation: true }), express.json({ limit: '10kb' }))

  router.get(
    '/',
    forUser(async (_request, response, user) => {
      response.json({ name: user.name, hasSecondFactor: await secondFactors.isOn(user.id) })
    }),
  )

  router.get(
    '/sessions',
    forUser(async (_request, response, user, sessionId) => {
      const grants = await oauth.grants.list(user.id)
      response.json(
        grants.map(({ id, address, userAgent, createdAt, rotatedAt }) => ({
          id,
          isCurrent: id === sessionId,
          address,
          userAgent,
          signedInAt: createdAt,
          usedAt: rotatedAt,
        })),
      )
    }),
  )

  router.delete(
    '/sessions/:id',
    forUser(async ({ params }, response, user) => {
      const grants = await oauth.grants.list(user.id)
      const grant = grants.find(({ id }) => id === params['id']) // nobody ends what is another's
      if (grant !== undefined) await oauth.grants.revoke(grant.id)
      response.status(204).end()
    }),
  )

  router.delete(
    '/sessions',
    forUser(async (_request, response, user) => {
      await oauth.grants.revokeAll(user.id)
      response.status(204).end()
    }),
  )

  router.put(
    '/password',
    forUser(async (request, response, user, sessionId) => {
      const fresh = textIn(request.body, 'fresh')
      if (fresh.length < 12 || fresh.length > 200) {
        response.status(400).json({ error: 'unsuitable_password' })
        return
      }
      if (!(await confirmed(request, response, user, { password: textIn(request.body, 'current') }))) return
      await users.setPasswordHash(user.id, await hashPassword(fresh))
      await oauth.grants.revokeAll(user.id, { except: sessionId })
      response.status(204).end()
    }),
  )

  router.get(
    '/second-factor',
    forUser(async (_request, response, user) => {
      const pending = await secondFactors.pending(user.id, user.name)
      const state = (await secondFactors.isOn(user.id)) ? 'on' : pending === undefined ? 'off' : 'pending'
      response.json({ state, ...pending })
    }),
  )

  router.post(
    '/second-factor',
    forUser(async (request, response, user) => {
      if (!(await confirmed(request, response, user, { password: textIn(request.body, 'password') }))) return
      await secondFactors.begin(user.id)
      response.status(204).end()
    }),
  )

  router.put(
    '/second-factor',
    forUser(async ({ body }, response, user) => {
      const isOn = await secondFactors.confirm(user.id, textIn(body, 'code'))
      if (isOn) response.status(204).end()
      else response.status(400).json({ error: 'wrong_code' })
    }),
  )

  router.delete(
    '/second-factor',
    forUser(async (request, response, user) => {
      const given = { password: textIn(request.body, 'password'), code: textIn(request.body, 'code') }
      if (!(await confirmed(request, response, user, given))) return
      await secondFactors.remove(user.id)
      response.status(204).end()
    }),
  )

  function forUser(act: Act): RequestHandler {
    return async function actForUser(request, response) {
      const { sub, sid } = request.auth?.payload ?? {}
      const user = await users.find(String(sub))
      if (user === undefined) response.status(403).json({ error: 'disabled' })
      else await act(request, response, user, String(sid))
    }
  }

  /**
   * Whether the user proves once more who is there, under the same limits as at a login: by the password, and by the second
   * factor too if there is one and a `code` is given. If not, it sends the response.
   */
  async function confirmed(
    request: Request,
    response: Response,
    user: User,
    { password, code }: { password: string; code?: string },
  ): Promise<boolean> {
    const options = { endUserAddress: await namedAddress(request) }
    try {
      await oauth.authenticate(user.name, password, request, options)
      return true
    } catch (error) {
      if (!isMfaRequired(error)) return refuse(response, error, 'wrong_password')
      if (code === undefined) return true // the password was right
      try {
        await oauth.authenticateSecondFactor(error.members['mfa_token'], code, request, options)
        return true
      } catch (refusal) {
        return refuse(response, refusal, 'wrong_code')
      }
    }
  }

  /** The end user's address, if the client is one that may name it, as at the token endpoint: limits count people, not a backend. */
  async function namedAddress(request: Request): Promise<string | undefined> {
    const client = await clients.find(String(request.auth?.payload['client_id']))
    return client?.endUserAddress === true ? request.get('End-User-Address') : undefined
  }

  router.use(nothingThere, jsonErrors)
  return router
}

const noStore: RequestHandler = function noStore(_request, response, next) {
  response.setHeader('Cache-Control', 'no-store')
  next()
}

function isMfaRequired(error: unknown): error is OAuthError {
  return error instanceof OAuthError && error.code === 'mfa_required'
}

/** @throws what is not a refusal */
function refuse(response: Response, error: unknown, ofWrong: 'wrong_password' | 'wrong_code'): false {
  if (!(error instanceof OAuthError)) throw error
  const code = error.code === 'invalid_grant' ? ofWrong : error.code
  response.status(error.status).set(error.headers).json({ error: code, error_description: error.message })
  return false
}

function textIn(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  return typeof value === 'string' ? value : ''
}
