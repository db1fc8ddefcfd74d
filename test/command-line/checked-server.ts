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
  return { url, events }
}

/** Answers JSON in the place of the server. */
export function answerJson(response: ServerResponse, status: number, body: unknown, headers = {}): true {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  return true
}
