import { createPublicKey, KeyObject } from 'node:crypto'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { onTestFinished } from 'vitest'
import { oauthPasswordGrant, type OAuthEvent, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { testOptions } from '../start-server.js'

/** Stands between the server and who asks it: does something to an answer, or answers itself and so says true. */
export type Tamper = (request: IncomingMessage, response: ServerResponse) => boolean

interface CheckedServerSetup {
  readonly options?: Partial<OAuthPasswordGrantOptions>
  readonly tamper?: Tamper
  /** By https under the name `localhost`, where given. */
  readonly tls?: ServerOptions
}

/** A real server whose issuer is its own URL. */
export async function startCheckedServer({ options, tamper = () => false, tls }: CheckedServerSetup) {
  let listener: RequestListener = () => undefined
  const events: OAuthEvent[] = []
  const listen: RequestListener = (request, response) => {
    if (!tamper(request, response)) listener(request, response)
  }
  const server = tls === undefined ? createHttpServer(listen) : createHttpsServer(tls, listen)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo // it listens on a port
  const url = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`
  const onEvent = (event: OAuthEvent) => {
    events.push(event)
  }
  listener = express()
    .disable('x-powered-by')
    .use(oauthPasswordGrant(testOptions({ issuer: url, onEvent, ...options })))
    // What the middleware itself does not serve yet.
    .get('/.well-known/oauth-authorization-server', (_, response) => {
      const keys = options?.signingKeys instanceof KeyObject ? { jwks_uri: `${url}/.well-known/jwks.json` } : {}
      answerJson(response, 200, {
        issuer: url,
        token_endpoint: `${url}/token`,
        grant_types_supported: ['password'],
        ...keys,
      })
    })
    .get('/.well-known/jwks.json', (_, response) => {
      const { signingKeys } = options ?? {}
      if (!(signingKeys instanceof KeyObject)) throw new Error('The server signs by a secret.')
      const key = { ...createPublicKey(signingKeys).export({ format: 'jwk' }), kid: 'one' }
      answerJson(response, 200, { keys: [key] }, { 'cache-control': 'max-age=600' })
    })
  return { url, events }
}

/** Answers JSON in the place of the server. */
export function answerJson(response: ServerResponse, status: number, body: unknown, headers = {}): true {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  return true
}
