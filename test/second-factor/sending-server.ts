import express from 'express'
import { OAuthError, type LoginContext, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { secondFactor, startSecondFactorServer } from './second-factor-server.js'

/** A server that sends codes; `sent` has the subject of each. */
export async function startSendingServer(
  overrides: Partial<OAuthPasswordGrantOptions> = {},
  sendCode: (user: { id?: unknown }, context: LoginContext) => unknown = () => undefined,
) {
  const sent: unknown[] = []
  const server = await startSecondFactorServer(
    {
      ...overrides,
      secondFactor: {
        ...secondFactor,
        sendCode: async (user, context) => {
          sent.push(user.id)
          await sendCode(user, context)
        },
      },
    },
    {
      after: (app, oauth) => {
        app.post('/login', express.urlencoded(), (req, res) => {
          const { username, password } = req.body as Record<string, unknown> // the boundary: a form
          oauth.authenticate(username, password, req).then(
            () => res.json({}),
            (error: unknown) => {
              if (!(error instanceof OAuthError)) throw error
              res
                .status(error.status)
                .set(error.headers)
                .json({ error: error.code, error_description: error.message, ...error.members })
            },
          )
        })
      },
    },
  )
  return { ...server, sent }
}
