import type { AddressInfo } from 'node:net'
import express = require('express')
import { oauthPasswordGrant, type OAuthPasswordGrantOptions } from 'express-oauth-password-grant'

const options = {
  issuer: 'http://127.0.0.1',
  audience: 'http://127.0.0.1/contacts',
  signingKeys: 'signing-secret-of-32-bytes-and-more',
  clients: [{ id: 'web-backend', secret: 'web-backend-secret-of-32-bytes-or-more' }],
  refreshUser: (id) => id === '42' && { id: 42n },
  authenticateUser: (username, password) => username === 'alice' && password === 'sesame' && { id: 42n },
} satisfies OAuthPasswordGrantOptions

const app = express()
app.use(oauthPasswordGrant(options))
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/token`)
})
