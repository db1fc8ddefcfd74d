import express from 'express'
import { oauthPasswordGrant } from 'express-oauth-password-grant'

const app = express()
app.use(
  oauthPasswordGrant({
    issuer: 'http://127.0.0.1',
    audience: 'http://127.0.0.1/contacts',
    signingKeys: 'signing-secret-of-32-bytes-and-more',
    clients: [{ id: 'web-backend', secret: 'web-backend-secret-of-32-bytes-or-more' }],
    refreshUser: (id) => id === '42' && { id },
    authenticateUser: (username, password) => username === 'alice' && password === 'sesame' && { id: '42' },
  }),
)
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/token`)
})
