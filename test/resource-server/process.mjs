// An authorization server, or a resource server, in a process of its own, plain JavaScript on the built library so that it
// starts quickly. It is told what it is by a message, and answers the URL at which it listens.
import { createServer } from 'node:http'
import express from 'express'
import { oauthPasswordGrant, resourceServer } from '../../dist/index.js'

let oauth

/** Half a minute passes between two fetches of keys; a test need not wait for it. */
let ahead = 0
const now = performance.now.bind(performance)
performance.now = () => now() + ahead

process.on('disconnect', () => process.exit())
process.on('message', ({ authorizationServer, resourceServer, keys, milliseconds }) => {
  if (milliseconds !== undefined) {
    ahead += milliseconds
    process.send({ done: true })
    return
  }
  if (keys !== undefined) oauth.keys.reload(keys).then(() => process.send({ done: true }))
  else if (authorizationServer !== undefined) startAuthorizationServer(authorizationServer)
  else startResourceServer(resourceServer)
})
process.send('ready')

function startAuthorizationServer({ port, users, ...options }) {
  const known = new Map(users.map(({ username, password }) => [username, password]))
  oauth = oauthPasswordGrant({
    refreshUser: false,
    ...options,
    authenticateUser: (username, password) => known.get(username) === password && { id: username },
  })
  listen(express().use(oauth), port)
}

function startResourceServer(options) {
  const { requireAccessToken: guard } = resourceServer({
    ...options,
    onError: (error) => process.send({ error: error.code }),
  })
  const app = express()
  app.get('/contacts', guard('contacts.read'), (request, response) => {
    response.json(request.auth.payload)
  })
  listen(app, 0)
}

function listen(app, port) {
  const server = createServer(app)
  server.listen(port, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }))
}
