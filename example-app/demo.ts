/**
 * What the first start puts into the tables. Everybody knows these passwords and secrets: see the README beside this file
 * before others reach the server.
 */
export const demo = {
  /** For `curl` and the API documentation. */
  client: {
    id: 'web-backend',
    secret: 'demo-secret.everybody-knows-it.never-use-in-production',
    scope: 'contacts.read contacts.write',
    endUserAddress: false,
  },
  /**
   * The web site: the one client that may act on the user's account, and that names the end user's address. It has a key pair
   * instead of a secret: see `site-key.ts`.
   */
  site: {
    id: 'web-site',
    scope: 'contacts.read contacts.write account',
    endUserAddress: true,
  },
  alice: {
    id: '6b1f2c1e-4a55-4f0e-9c0b-0d5f3a1e7a01',
    name: 'alice',
    password: 'alice-demo-password',
    scope: 'contacts.read contacts.write',
  },
  bob: {
    id: '6b1f2c1e-4a55-4f0e-9c0b-0d5f3a1e7a02',
    name: 'bob',
    password: 'bob-demo-password',
    scope: 'contacts.read',
  },
  /** Has a second factor. */
  carol: {
    id: '6b1f2c1e-4a55-4f0e-9c0b-0d5f3a1e7a03',
    name: 'carol',
    password: 'carol-demo-password',
    scope: 'contacts.read contacts.write',
    totpSecret: 'NB2W45DFOIZA6YLDORUW63TTMVRXEZLU',
  },
} as const
