import passport from 'passport'
import { describe, expect, test } from 'vitest'
import { oauthPasswordGrant } from '../../../lib/oauth-password-grant.js'
import { MemoryGrantStore } from '../../../lib/stores/memory-grant-store.js'
import type { OAuthPasswordGrantOptions } from '../../../lib/options/options.js'
import type { User } from '../../../lib/resource-owner.js'
import { clientSecret, refusal, signingSecret, start } from '../working-options.js'

const noFunction = ['text', '', 5, true, {}, []]
const noList = ['contacts.read', '', 5, true, {}, () => ['contacts.read']]
const noLifetime = [
  '',
  '60',
  ' 60 ',
  'soon',
  '1 fortnight',
  0,
  -1,
  1.5,
  NaN,
  Infinity,
  '-1h',
  '0s',
  '1ms',
  true,
  [],
  {},
  '9'.repeat(400),
]
const noPath = [
  '',
  'token',
  'token/',
  '/token/',
  '/to ken',
  '/token?a=b',
  '/token#a',
  '//',
  '/token\n',
  5,
  true,
  [],
  {},
]
const noSize = [0, -1, NaN, Infinity, 1.5, '16kb', '16384', true, [], {}]

const findUser = (id: string): User => ({ id })

/** Values that an option does not take, whatever else is given. The compiler keeps it complete. */
const MISUSES: Readonly<Record<keyof OAuthPasswordGrantOptions, readonly unknown[]>> = {
  issuer: [
    undefined,
    '',
    'login.example.com',
    '/login',
    5,
    true,
    {},
    ['https://login.example.com'],
    new URL('https://login.example.com'),
    'http://login.example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://127.example.com',
    'http://[::2]',
    'http://192.168.0.1',
    'http://0.0.0.0',
    'ftp://login.example.com',
    'javascript:alert(1)',
    'https://login.example.com?a=b',
    'https://login.example.com?',
    'https://login.example.com#a',
    'https://login.example.com/#',
    'https://user@login.example.com',
    'https://user:password@login.example.com',
    'https://:password@login.example.com',
  ],
  audience: [undefined, '', 5, true, {}, [], [''], ['https://api.example.com', 5], [undefined], () => 'x'],
  signingKeys: [
    undefined,
    '',
    5,
    true,
    {},
    [],
    [undefined],
    [null],
    [''],
    () => '',
    () => undefined,
    Symbol('key'),
    10n,
  ],
  clients: [undefined, '', 'web', 5, true, {}, [], [undefined], ['web'], [5], [[]], [null]],
  clientStrategies: ['basic', 5, true, [], () => 'basic', {}, { basic: '' }, { basic: 5 }, { body: {} }],
  authenticateUser: [undefined, 'local', '', 5, true, {}, []],
  userStrategy: ['', 5, true, {}, [], () => 'local'],
  passport: ['passport', '', 5, true, {}, [], () => passport],
  subject: noFunction,
  scopes: [...noList, ['contacts read'], [''], [5], [undefined], ['a"b'], ['a\\b'], ['caf\u00e9'], ['a\n'], [['a']]],
  defaultScope: [...noList, ['unknown'], [''], [5], ['a b']],
  authorizeScope: noFunction,
  accessTokenLifetime: noLifetime,
  accessTokenClaims: noFunction,
  responseMembers: noFunction,
  refreshTokens: [true, 'yes', 5, [], () => ({})],
  refreshUser: noFunction,
  grantStore: [
    'redis://localhost',
    5,
    true,
    false,
    {},
    [],
    () => new MemoryGrantStore(),
    MemoryGrantStore,
    Promise.resolve(new MemoryGrantStore()),
  ],
  storeTimeout: noLifetime,
  secondFactor: [
    true,
    'totp',
    5,
    [],
    {},
    () => true,
    { verify: 'totp', findUser },
    { verify: () => true },
    { verify: () => true, findUser: 'users' },
    { verify: () => true, findUser, attempts: 0 },
    { verify: () => true, findUser, attempts: 1.5 },
    { verify: () => true, findUser, attempts: 21 },
    { verify: () => true, findUser, attempts: '5' },
    { verify: () => true, findUser, lifetime: 0 },
    { verify: () => true, findUser, lifetime: '300' },
    { verify: () => true, findUser, lifetime: '1y' },
  ],
  limits: [true, 'strict', 5, [], () => ({})],
  passwordChecks: [
    true,
    'few',
    5,
    [],
    () => ({}),
    { Concurrency: 2 },
    { concurrency: 0 },
    { concurrency: '2' },
    { maxQueued: -1 },
    { queueTimeout: 0 },
    { atOnce: 2 },
  ],
  tokenPath: [...noPath, false],
  revocationPath: noPath,
  introspectionPath: noPath,
  metadataPath: noPath,
  jwksPath: noPath,
  realm: ['', 'a"b', 'a\\b', 'caf\u00e9', 'a\r\nSet-Cookie: a=b', '\0', 5, true, {}, []],
  bodyLimit: noSize,
  usernameLimit: noSize,
  passwordLimit: noSize,
  onError: noFunction,
  onEvent: noFunction,
}

/** What must be given beside an option for its value to be looked at. */
const BESIDE: Partial<Record<string, Record<string, unknown>>> = {
  clientStrategies: { clients: undefined, passport },
  userStrategy: { authenticateUser: undefined, passport },
  passport: { authenticateUser: undefined, userStrategy: 'local' },
}

/** A sentence: what is wrong, and after a colon or semicolon, or by a `must`, what to do. */
const SENTENCE = /(?:: |; | must ).{10,}[."?]$/

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (typeof value === 'object' && value !== null) return `${value.constructor.name} ${JSON.stringify(value)}`
  return typeof value === 'function' ? 'a function' : String(value)
}

describe('a wrong option is a TypeError that names it and the remedy:', () => {
  for (const [option, values] of Object.entries(MISUSES)) {
    test.each(values.map((value) => ({ given: shown(value), value })))(`${option}: $given`, ({ value }) => {
      const message = refusal(() => start({ ...BESIDE[option], [option]: value }))
      expect(message).toContain(option)
      expect(message).toMatch(SENTENCE)
    })
  }
})

describe('null is a wrong value, not a way to leave an option out:', () => {
  test.each(Object.keys(MISUSES))('%s', (option) => {
    expect(refusal(() => start({ ...BESIDE[option], [option]: null }))).toContain(option)
  })

  const verify = () => true
  test.each([
    ['secondFactor.findUser', { secondFactor: { verify, findUser: null } }],
    ['secondFactor.lifetime', { secondFactor: { verify, findUser, lifetime: null } }],
    ['secondFactor.attempts', { secondFactor: { verify, findUser, attempts: null } }],
    ['limits.user', { limits: { user: null } }],
    ['limits.user.limit', { limits: { user: { limit: null } } }],
    ['limits.user.window', { limits: { user: { window: null } } }],
    ['limits.store', { limits: { store: null } }],
    ['refreshTokens.lifetime', { refreshTokens: { lifetime: null } }],
    ['refreshTokens.idleLifetime', { refreshTokens: { idleLifetime: null } }],
    ['refreshTokens.retryWindow', { refreshTokens: { retryWindow: null } }],
    ['refreshTokens.secret', { refreshTokens: { secret: null } }],
    ['clients[0].secret', { clients: [{ id: 'web', secret: null }] }],
    ['clients[0].public', { clients: [{ id: 'web', secret: clientSecret, public: null }] }],
    ['clients[0].scopes', { clients: [{ id: 'web', secret: clientSecret, scopes: null }] }],
    ['clients[0].grantTypes', { clients: [{ id: 'web', secret: clientSecret, grantTypes: null }] }],
  ])('%s', (option, overrides) => {
    expect(refusal(() => start(overrides))).toContain(option)
  })
})

describe('the options as a whole', () => {
  test.each([undefined, null, 'options', 5, true, [], () => ({})])('must be an object: %s', (options) => {
    const act = () => oauthPasswordGrant(options as unknown as OAuthPasswordGrantOptions) // a caller in JavaScript
    expect(refusal(act)).toMatch(/^options is .*: give an object with issuer, audience, .+\.$/)
  })
})

describe('a member that is not known is refused by its whole name, with those that are:', () => {
  test.each([
    ['options.isuer', { isuer: 'https://login.example.com' }, 'issuer'],
    ['options.limit', { limit: false }, 'did you mean limits?'],
    ['options.client', { client: [] }, 'did you mean clients?'],
    ['options.Clients', { Clients: [] }, 'did you mean clients?'],
    ['options.ttl', { ttl: 60 }, 'take it away, or look its name up among the options in the README.'],
    ['options.constructor', { constructor: 1 }, 'README'],
    ['options.toString', { toString: () => '' }, 'README'],
    ['options.hasOwnProperty', { hasOwnProperty: () => true }, 'README'],
    ['options.__proto__', JSON.parse('{"__proto__":{}}') as Record<string, unknown>, 'README'],
    ['clients[0].secrets', { clients: [{ id: 'web', secrets: [clientSecret] }] }, 'secret'],
    [
      'clients[1].Public',
      {
        clients: [
          { id: 'web', secret: clientSecret },
          { id: 'b', Public: true },
        ],
      },
      'public',
    ],
    ['clients[0].secret.sha512', { clients: [{ id: 'web', secret: { sha512: 'x' } }] }, 'sha256'],
    ['clientStrategies.Basic', { clients: undefined, clientStrategies: { Basic: 'basic' }, passport }, 'basic'],
    ['limits.usr', { limits: { usr: false } }, 'user'],
    ['limits.user.max', { limits: { user: { max: 5 } } }, 'limit, window'],
    ['limits.clientAddress.windowMs', { limits: { clientAddress: { windowMs: 1000 } } }, 'window?'],
    ['limits.userAndAddress.Limit', { limits: { userAndAddress: { Limit: 1 } } }, 'did you mean limit?'],
    ['secondFactor.retries', { secondFactor: { verify: () => true, findUser, retries: 3 } }, 'attempts'],
    ['refreshTokens.lifetme', { refreshTokens: { lifetme: '1d' } }, 'lifetime'],
    ['signingKeys.kid', { signingKeys: { key: signingSecret, kid: 'a' } }, 'keyId'],
    ['signingKeys[1].alg', { signingKeys: [signingSecret, { key: clientSecret, alg: 'HS256' }] }, 'algorithm'],
  ])('%s', (name, overrides, known) => {
    const message = refusal(() => start(overrides))
    expect(message.startsWith(`${name} is not known: `)).toBe(true)
    expect(message).toContain(known)
  })
})

describe('an option error shows what it found and what was probably meant:', () => {
  const client = { id: 'web', secret: clientSecret }
  test.each([
    [{ realm: 'a"b' }, String.raw`realm is "a\"b": give a string of visible ASCII`],
    [{ tokenPath: 'token' }, `tokenPath is "token": give a path such as '/token'`],
    [{ issuer: 'login.example.com' }, 'issuer is "login.example.com": give the server\'s URL'],
    [{ issuer: 'http://login.example.com' }, 'issuer must be an https URL (it is "http://login.example.com"): '],
    [{ revocationPath: '/token' }, 'must differ; two of them are "/token".'],
    [{ scopes: 'contacts.read' }, `scopes is "contacts.read": give an array such as `],
    [{ scopes: ['contacts.read'], defaultScope: ['contacts.reed'] }, 'did you mean "contacts.read"?'],
    [{ clients: [{ ...client, grantTypes: ['refresh-token'] }] }, 'did you mean refresh_token?'],
    [{ clients: [client, client] }, 'clients[1].id is "web", which is registered twice: '],
    [{ accessTokenLifetime: '15 fortnights' }, 'it is "15 fortnights".'],
    [{ storeTimeout: '30d' }, 'storeTimeout is "30d", which is longer than a timer can wait: '],
    [{ signingKeys: { key: signingSecret, signsFrom: 'tomorrow' } }, 'signingKeys.signsFrom is "tomorrow": '],
    [{ signingKeys: { key: signingSecret, keyID: 'a' } }, 'signingKeys.keyID is not known: did you mean keyId?'],
    [{ signingKeys: { key: signingSecret, keyId: null } }, 'signingKeys.keyId must be a string'],
  ])('%j', (overrides, sentence) => {
    expect(refusal(() => start(overrides))).toContain(sentence)
  })

  test('null is absent in the rows that a function of signing keys returns, and wrong in keys that are given', () => {
    const row = { key: signingSecret, algorithm: null, keyId: null, signsFrom: null }
    expect(start({ signingKeys: () => [row] })).toBeTypeOf('function')
    expect(refusal(() => start({ signingKeys: [row] }))).toMatch(/^signingKeys\[0\]/)
  })
})

describe('what belongs together is checked together:', () => {
  const other = { id: 'other', secret: `${clientSecret}-other` }
  const verify = (): boolean => true
  test.each([
    ['neither clients nor clientStrategies', { clients: undefined }, /^Give one of clients and clientStrategies: /],
    ['both', { clientStrategies: { basic: 'b' }, passport }, /^Give one of clients and clientStrategies, not both: /],
    [
      'neither authenticateUser nor userStrategy',
      { authenticateUser: undefined },
      /^Give one of authenticateUser and /,
    ],
    ['both', { userStrategy: 'local', passport }, /^Give one of authenticateUser and userStrategy, not both: /],
    [
      'userStrategy without a passport',
      { authenticateUser: undefined, userStrategy: 'local' },
      /^passport is missing: /,
    ],
    ['clientStrategies without a passport', { clients: undefined, clientStrategies: { basic: 'b' } }, /^passport is /],
    [
      'a userStrategy that the passport does not have',
      { authenticateUser: undefined, userStrategy: 'nobody', passport },
      /^userStrategy names the strategy "nobody".*: call passport\.use\(\)/,
    ],
    [
      'a userStrategy named like a member of every object',
      { authenticateUser: undefined, userStrategy: 'constructor', passport },
      /^userStrategy names the strategy "constructor"/,
    ],
    [
      'a clientStrategies.body that the passport does not have',
      { clients: undefined, clientStrategies: { body: 'nobody' }, passport },
      /^clientStrategies\.body names the strategy "nobody"/,
    ],
    [
      'a grantStore where no grant is kept',
      { refreshTokens: false, grantStore: new MemoryGrantStore() },
      /^grantStore /,
    ],
    [
      'a second factor where nothing keeps an mfa_token from being used twice',
      { refreshTokens: false, secondFactor: { verify, findUser } },
      /^secondFactor needs the grant store, .*: leave refreshTokens on/,
    ],
    [
      'a second factor where refreshUser: false leaves nobody who finds the user',
      { refreshUser: false, secondFactor: { verify } },
      /^secondFactor\.findUser is missing: /,
    ],
    [
      'two endpoints on one path',
      { revocationPath: '/token' },
      /^tokenPath, revocationPath, introspectionPath, metadataPath and jwksPath must differ/,
    ],
    ['two endpoints on one path', { tokenPath: '/a', introspectionPath: '/a' }, /must differ/],
    ['two endpoints on one path', { metadataPath: '/a', jwksPath: '/a' }, /must differ/],
    ['two endpoints on one path', { revocationPath: '/a', introspectionPath: '/a' }, /must differ/],
    [
      'a default scope that is no scope',
      { scopes: ['a'], defaultScope: ['b'] },
      /^defaultScope names "b", which .*: add it/,
    ],
    [
      'two clients of one id',
      { clients: [other, { ...other, id: 'web' }, other] },
      /^clients\[2\]\.id is "other", which is registered twice: /,
    ],
    [
      'two keys of one id',
      { signingKeys: [signingSecret, signingSecret] },
      /^signingKeys has two keys with the same id: /,
    ],
    [
      'two keys of one given id',
      {
        signingKeys: [
          { key: signingSecret, keyId: 'a' },
          { key: clientSecret, keyId: 'a' },
        ],
      },
      /^signingKeys has two keys with the same id: /,
    ],
    [
      'one secret for access tokens and refresh tokens, which a careless verifier then takes for each other',
      { refreshTokens: { secret: signingSecret } },
      /^refreshTokens\.secret .*: /,
    ],
  ])('%s', (_title, overrides, message) => {
    expect(refusal(() => start(overrides))).toMatch(message)
  })
})

describe('the issuer', () => {
  test.each([
    'https://login.example.com',
    'https://login.example.com/',
    'https://login.example.com/tenant/1',
    'https://login.example.com:8443',
    'https://xn--bcher-kva.example',
    'http://localhost:3000',
    'http://127.0.0.1',
    'http://127.1.2.3:80',
    'http://[::1]:3000/oauth',
  ])('may be %s', (issuer) => {
    expect(start({ issuer })).toBeTypeOf('function')
  })

  test.each([
    ['a line end, as a file or the environment leaves it', 'https://login.example.com\n'],
    ['a space before it', ' https://login.example.com'],
    ['a tab inside it', 'https://login.exam\tple.com'],
    ['backslashes for slashes', 'https:\\\\login.example.com'],
    ['no slashes', 'https:login.example.com'],
  ])('is compared byte for byte by whoever verifies, so it is refused with %s', (_title, issuer) => {
    expect(refusal(() => start({ issuer }))).toMatch(/^issuer /)
  })
})

describe('clients', () => {
  const registered = (registration: unknown) => ({ clients: [{ id: 'first', secret: clientSecret }, registration] })
  test.each([
    ['.id is missing', { secret: clientSecret }],
    ['.id is an empty string', { id: '', secret: clientSecret }],
    ['.id is 5', { id: 5, secret: clientSecret }],
    ['.id has characters', { id: 'b\u00fccher', secret: clientSecret }],
    ['.id has characters', { id: 'a\n', secret: clientSecret }],
    ['.id must have at most 1024 characters (it has 1025)', { id: 'x'.repeat(1025), secret: clientSecret }],
    ['.secret must have at most 1024 characters (it has 1025)', { id: 'web', secret: clientSecret.padEnd(1025, 'x') }],
    ['.secret is missing', { id: 'web' }],
    ['.secret is missing', { id: 'web', public: false }],
    ['.secret is missing', { id: 'web', secret: [] }],
    ['.secret must be at least 32 bytes long (it is 7)', { id: 'web', secret: 'hunter2' }],
    ['.secret must be at least 32 bytes long (it is 31)', { id: 'web', secret: 'x'.repeat(31) }],
    ['.secret must be random, ', { id: 'web', secret: 'x'.repeat(32) }],
    ['.secret must be random, ', { id: 'web', secret: ' '.repeat(32) }],
    ['.secret must be random, ', { id: 'web', secret: 'ab'.repeat(32) }],
    ['.secret must be at least 32 bytes long (it is 0)', { id: 'web', secret: '' }],
    ['.secret must be at least 32 bytes long', { id: 'web', secret: [clientSecret, 'hunter2'] }],
    ['.secret must be at least 32 bytes long, as a string', { id: 'web', secret: true }],
    ['.secret must be at least 32 bytes long, as a string', { id: 'web', secret: 10n }],
    ['.secret.sha256 is missing', { id: 'web', secret: {} }],
    ['.secret.sha256 is a string', { id: 'web', secret: { sha256: 'abc' } }],
    ['.secret.sha256 is a string', { id: 'web', secret: { sha256: 'g'.repeat(64) } }],
    ['.secret.sha256 is a string', { id: 'web', secret: { sha256: 'a'.repeat(63) } }],
    ['.secret.sha256 is a string', { id: 'web', secret: { sha256: 'a'.repeat(128) } }],
    ['.secret.sha256 is an object', { id: 'web', secret: { sha256: Buffer.alloc(32) } }],
    ['.public is "true"', { id: 'web', public: 'true' }],
    ['.public is 1', { id: 'web', public: 1 }],
    [' is public and has a secret', { id: 'web', public: true, secret: clientSecret }],
    [' is public and has introspectionAudiences', { id: 'web', public: true, introspectionAudiences: ['a'] }],
    [' is public and has endUserAddress', { id: 'web', public: true, endUserAddress: true }],
    ['.endUserAddress is "yes"', { id: 'web', secret: clientSecret, endUserAddress: 'yes' }],
    ['.grantTypes is "password"', { id: 'web', secret: clientSecret, grantTypes: 'password' }],
    ['.grantTypes names "client_credentials"', { id: 'web', secret: clientSecret, grantTypes: ['client_credentials'] }],
    ['.grantTypes names 5', { id: 'web', secret: clientSecret, grantTypes: [5] }],
    ['.grantTypes names ', { id: 'web', secret: clientSecret, grantTypes: [5n] }],
    ['.scopes is "contacts.read"', { id: 'web', secret: clientSecret, scopes: 'contacts.read' }],
    ['.scopes names "unknown"', { id: 'web', secret: clientSecret, scopes: ['unknown'] }],
    ['.scopes[1] is "a b"', { id: 'web', secret: clientSecret, scopes: ['contacts.read', 'a b'] }],
    ['.defaultScope names ', { id: 'web', secret: clientSecret, scopes: [], defaultScope: ['contacts.read'] }],
    ['.audience is an empty array', { id: 'web', secret: clientSecret, audience: [] }],
    ['.audience[0] is 5', { id: 'web', secret: clientSecret, audience: [5] }],
    ['.introspectionAudiences is an empty string', { id: 'web', secret: clientSecret, introspectionAudiences: '' }],
  ])('are refused where one%s', (fault, registration) => {
    const message = refusal(() => start({ scopes: ['contacts.read'], ...registered(registration) }))
    expect(message.startsWith(`clients[1]${fault}`), message).toBe(true)
    expect(message).toMatch(/: .{10,}/)
  })
})

describe('limits', () => {
  const numbers = [0, -1, 1.5, NaN, Infinity, '10', true, [], {}]
  test.each(['clientAddress', 'address', 'userAndAddress', 'user'])(
    '%s takes whole numbers and lifetimes only',
    (name) => {
      for (const limit of numbers) {
        expect(refusal(() => start({ limits: { [name]: { limit } } }))).toContain(`limits.${name}.limit is `)
      }
      for (const window of noLifetime) {
        expect(refusal(() => start({ limits: { [name]: { window } } }))).toContain(`limits.${name}.window must be `)
      }
      for (const value of [true, 10, '10', []]) {
        expect(refusal(() => start({ limits: { [name]: value } }))).toMatch(
          new RegExp(`^limits\\.${name} is .*: give `),
        )
      }
    },
  )

  test('knownAddress takes lifetimes that a timer can wait for only', () => {
    for (const window of [...noLifetime, '25d']) {
      expect(refusal(() => start({ limits: { knownAddress: { window } } }))).toContain('limits.knownAddress.window ')
    }
    for (const value of [true, null, 10, [], { limit: 1 }]) {
      expect(refusal(() => start({ limits: { knownAddress: value } }))).toMatch(/^limits\.knownAddress/)
    }
  })

  test('secret is a secret of 32 bytes or more', () => {
    for (const secret of ['short', '', 42, null, {}, Buffer.alloc(31)]) {
      expect(refusal(() => start({ limits: { secret } }))).toMatch(
        /^limits\.secret must be a secret of at least 32 bytes/,
      )
    }
  })

  const store = { increment: () => ({ totalHits: 1, resetTime: undefined }), decrement: () => {}, resetKey: () => {} }
  test.each([
    ['no function', {}],
    ['a function that answers nothing', () => undefined],
    ['a function that answers a promise', () => Promise.resolve({ ...store })],
    ['a function that answers an object without increment', () => ({ ...store, increment: undefined })],
    ['a function that answers an object without decrement', () => ({ ...store, decrement: undefined })],
    ['a function that answers an object without resetKey', () => ({ ...store, resetKey: undefined })],
    ['a function that answers one store for all limiters, which then count each other\u2019s', () => store],
  ])('store is refused as %s', (_title, given) => {
    expect(refusal(() => start({ limits: { store: given } }))).toMatch(/^limits\.store.*: /)
  })

  test('store is not asked for a limiter that is off', () => {
    const asked: unknown[] = []
    start({
      limits: { user: false, clientAddress: false, store: (name: string) => asked.push(name) && { ...store } },
    })
    // A success at a known address clears the count by name and address.
    expect(asked).toEqual(['address', 'userAndAddress', 'knownAddress', 'secondFactor', 'secondFactorPrompt'])
  })
})

describe('refreshTokens', () => {
  test.each(['lifetime', 'idleLifetime', 'retryWindow'])('%s takes lifetimes only', (member) => {
    for (const value of noLifetime) {
      expect(refusal(() => start({ refreshTokens: { [member]: value } }))).toContain(`refreshTokens.${member} must be `)
    }
  })

  test.each(['', 'short', 'x'.repeat(31), Buffer.alloc(31), 5, true, {}, []])('secret is refused as %j', (secret) => {
    expect(refusal(() => start({ refreshTokens: { secret } }))).toMatch(/^refreshTokens\.secret must be .* 32 bytes/)
  })
})

describe('grantStore', () => {
  test.each(['create', 'rotate', 'find', 'list', 'revoke', 'revokeAll', 'prune'])('is refused without %s', (method) => {
    const grantStore = Object.assign(Object.create(new MemoryGrantStore()) as object, { [method]: undefined })
    expect(refusal(() => start({ grantStore }))).toMatch(new RegExp(`^grantStore\\.${method} is missing: `))
  })
})

describe('what no request could ever meet is refused at the start:', () => {
  test.each(['tokenPath', 'revocationPath', 'introspectionPath', 'metadataPath', 'jwksPath'])(
    '%s beyond ASCII, which arrives percent-encoded',
    (option) => {
      expect(refusal(() => start({ [option]: '/t\u00f6ken' }))).toMatch(new RegExp(`^${option} `))
    },
  )

  // A timer that is to wait longer than 2^31 - 1 ms waits 1 ms: the limit would be none, and every call of a store late.
  test.each([
    ['limits.user.window', { limits: { user: { window: '30d' } } }],
    ['limits.clientAddress.window', { limits: { clientAddress: { window: 2 ** 31 } } }],
    ['storeTimeout', { storeTimeout: '30d' }],
  ])('%s longer than a timer can wait', (option, overrides) => {
    expect(refusal(() => start(overrides))).toContain(option)
  })
})

describe('a value that cannot even be shown is refused by a sentence like any other:', () => {
  const circular: unknown[] = []
  circular.push(circular)
  test.each([
    ['accessTokenLifetime', { accessTokenLifetime: Object.create(null) as unknown }],
    ['accessTokenLifetime', { accessTokenLifetime: Symbol('soon') }],
    ['signingKeys', { signingKeys: { key: signingSecret, algorithm: 5n } }],
    ['signingKeys', { signingKeys: { key: signingSecret, algorithm: circular } }],
    ['clients[0].grantTypes', { clients: [{ id: 'web', secret: clientSecret, grantTypes: circular }] }],
    ['realm', { realm: Object.create(null) as unknown }],
    ['limits.user.limit', { limits: { user: { limit: 5n } } }],
  ])('%s', (option, overrides) => {
    expect(refusal(() => start(overrides))).toContain(option)
  })
})
