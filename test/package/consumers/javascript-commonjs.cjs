const express = require('express')
const { MemoryGrantStore, OAuthError, oauthPasswordGrant } = require('express-oauth-password-grant')
const { grantStoreContract } = require('express-oauth-password-grant/store-contract')

const app = express()
app.use(
  oauthPasswordGrant({
    issuer: 'http://127.0.0.1',
    audience: 'http://127.0.0.1/contacts',
    signingKeys: 'signing-secret-of-32-bytes-and-more',
    clients: [{ id: 'web-backend', secret: 'web-backend-secret-of-32-bytes-or-more' }],
    refreshUser: false,
    authenticateUser(username, password) {
      if (username === 'mallory') throw new OAuthError('access_denied', 'Not you')
      return username === 'alice' && password === 'sesame' ? { id: '42' } : undefined
    },
    grantStore: new MemoryGrantStore(),
  }),
)

async function main() {
  for (const { run } of grantStoreContract(() => new MemoryGrantStore(), { clock: 'process' })) await run()
  const server = app.listen(0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}/token`)
  })
}

void main()
