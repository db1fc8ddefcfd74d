import {
  countAccount,
  oauthPasswordGrant,
  passwordVerifier,
  requireSecondFactor,
  type AuthenticateUser,
  type FindUser,
  type OAuthPasswordGrant,
  type OAuthPasswordGrantOptions,
  type PassportInstance,
  type SecondFactorOptions,
} from 'express-oauth-password-grant'
import type { Request } from 'express'

/** What users are in this application: they have no `id`. */
interface Person {
  readonly uuid: string
  readonly passwordHash: string
}

/** The same from MongoDB, whose ids are objects. */
class ObjectId {
  readonly bytes = new Uint8Array(12)
}
interface Document {
  readonly _id: ObjectId
  readonly passwordHash: string
}

declare const people: { find: (name: string) => Promise<Person | null> }
declare const documents: { find: (name: string) => Promise<Document | null> }
declare const request: Request
declare const passport: PassportInstance

const server = {
  issuer: 'http://127.0.0.1',
  audience: 'http://127.0.0.1/contacts',
  signingKeys: 'signing-secret-of-32-bytes-and-more',
  clients: [{ id: 'web-backend', secret: 'web-backend-secret-of-32-bytes-or-more' }],
}
const check = { verify: (hash: string, password: string) => hash === password, hash: (password: string) => password }

// Users of any shape, with a subject.
const withUuid = oauthPasswordGrant({
  ...server,
  authenticateUser: passwordVerifier({ ...check, findUser: (name) => people.find(name) }),
  subject: ({ uuid }) => uuid,
  refreshUser: (subject) => people.find(subject),
  secondFactor: {
    findUser: (subject, { client }) => (client === undefined ? null : people.find(subject)),
    verify: ({ uuid }, answer) => uuid === answer,
    sendCode: ({ passwordHash }) => passwordHash,
  },
  authorizeScope: ({ user, client }) => [user.uuid, client.id],
  accessTokenClaims: ({ user }) => ({ uuid: user?.uuid }),
})
interface Params {
  readonly id: string
}
const typed = request as unknown as Request<Params, { ok: boolean }, { name: string }>
await withUuid.authenticate('alice', 'sesame', typed)
await withUuid.authenticateSecondFactor('token', '123456', typed)
const uuid: string = (await withUuid.authenticate('alice', 'sesame', request)).uuid
const again: string = (await withUuid.authenticateSecondFactor('token', '123456', request)).uuid
const named: OAuthPasswordGrant<Person> = withUuid

const withObjectId = oauthPasswordGrant({
  ...server,
  authenticateUser: async (name, _password, context) => {
    const found = await documents.find(name)
    if (!(await context.countAccount(found))) return null
    return found && requireSecondFactor(found)
  },
  subject: ({ _id }) => Buffer.from(_id.bytes).toString('hex'),
  refreshUser: (subject) => documents.find(subject),
})
const id: ObjectId = (await withObjectId.authenticate('alice', 'sesame', request))._id

const byStrategy = oauthPasswordGrant({
  ...server,
  passport,
  userStrategy: 'local',
  subject: ({ uuid }: Person) => uuid,
  refreshUser: (subject) => people.find(subject),
})
const found: string = (await byStrategy.authenticate('alice', 'sesame', request)).uuid

// Each with its type spelt out.
const authenticateUser: AuthenticateUser<Person> = (name) => people.find(name)
const refreshUser: FindUser<Person> = (subject) => people.find(subject)
const secondFactor: SecondFactorOptions<Document> = { verify: ({ _id }) => _id.bytes.length === 12 }
const options: OAuthPasswordGrantOptions<Person> = {
  ...server,
  authenticateUser,
  refreshUser,
  subject: (person) => person.uuid,
}
const counted: boolean = await countAccount(request, await people.find('alice'))

// Without a subject, users have an `id`.
const withId = oauthPasswordGrant({ ...server, authenticateUser: (name) => name === 'alice' && { id: 42n } })
const numeric: bigint = (await withId.authenticate('alice', 'sesame', request)).id

// @ts-expect-error Property 'subject' is missing
oauthPasswordGrant({ ...server, authenticateUser: (name) => people.find(name) })
// @ts-expect-error Property 'subject' is missing
const incomplete: OAuthPasswordGrantOptions<Document> = { ...server, authenticateUser: (name) => documents.find(name) }
// @ts-expect-error Property 'subject' is missing: an ObjectId is not a string
oauthPasswordGrant({ ...server, authenticateUser: () => ({ id: new ObjectId() }) })
// @ts-expect-error Property 'subject' is missing: some users have no id
oauthPasswordGrant({ ...server, authenticateUser: (): { id?: string } => ({}) })
// @ts-expect-error Property 'subject' is missing: of a union, each member needs an id
oauthPasswordGrant({ ...server, authenticateUser: (): { id: string } | Person | undefined => undefined })
// @ts-expect-error Property 'email' does not exist
oauthPasswordGrant({ ...server, authenticateUser: (name) => people.find(name), subject: ({ email }) => email })

/** Every option that the environment may leave out, under `exactOptionalPropertyTypes`. */
oauthPasswordGrant({
  ...server,
  authenticateUser: (name) => name === 'alice' && { id: 42 },
  subject: undefined,
  realm: process.env['REALM'],
  refreshTokens: { secret: process.env['REFRESH_SECRET'], retryWindow: false },
  limits: { store: undefined, user: { limit: undefined, window: undefined } },
})

export { again, counted, found, id, incomplete, named, numeric, options, secondFactor, uuid }
