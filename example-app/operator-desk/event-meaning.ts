import type { OAuthEvent } from 'express-oauth-password-grant'
import { weightOf } from './measure.js'

/** How an event is to be taken: as it should be, worth knowing, a defence at work, or something to look into now. */
export type Tone = 'good' | 'plain' | 'warning' | 'alarm'

type EventType = OAuthEvent['type']
type EventOf<T extends EventType> = Extract<OAuthEvent, { readonly type: T }>

interface Meaning<T extends EventType> {
  readonly tone: Tone
  readonly sentence: (event: EventOf<T>) => string
}

/** What each event tells an operator. The compiler refuses a table that lacks one. */
const meanings: { readonly [T in EventType]: Meaning<T> } = {
  token_issued: {
    tone: 'good',
    sentence: ({ grantType, subject, clientId, scope }) =>
      `User ${short(subject)} ${grantType === 'refresh_token' ? 'goes on with fresh tokens' : 'signed in'} by way of ${clientId}, for ${scope || 'no scope'}.`,
  },
  user_authenticated: {
    tone: 'good',
    sentence: ({ subject }) => `User ${short(subject)} gave the right password at a form of the application's own.`,
  },
  client_refused: {
    tone: 'warning',
    sentence: ({ reason, clientId }) =>
      `${clientId === undefined ? 'A client' : `Client ${clientId}`} was refused: ${refusedClient[reason]}.`,
  },
  login_refused: {
    tone: 'plain',
    sentence: ({ reason, code, userKey, clientId = 'a form of the application' }) =>
      `A login for ${userKey === undefined ? 'one of several names' : `name #${short(userKey)}`} by way of ${clientId} was refused: ${refusedLogin[reason](code)}.`,
  },
  second_factor_required: {
    tone: 'plain',
    sentence: ({ subject }) => `User ${short(subject)} gave the right password and was asked for a second factor.`,
  },
  second_factor_refused: {
    tone: 'warning',
    sentence: ({ subject, reason }) =>
      `A second factor ${subject === undefined ? '' : `of user ${short(subject)} `}was refused: ${refusedSecondFactor[reason]}.`,
  },
  refresh_refused: {
    tone: 'plain',
    sentence: ({ reason, clientId }) => `A refresh by ${clientId} was refused: ${refusedRefresh[reason]}.`,
  },
  limit_reached: {
    tone: 'warning',
    sentence: ({ limit, userKey }) =>
      `${userKey === undefined ? 'A request' : `A login for name #${short(userKey)}`} was turned away before anything was tried: ${limitNames[limit]} failed too often.`,
  },
  access_token_refused: {
    tone: 'warning',
    sentence: ({ reason, expected, got, subject }) =>
      `An API refused an access token${subject === undefined ? '' : ` of user ${short(subject)}`}: ${reason.replaceAll('_', ' ')}${got === undefined ? '' : `; got ${got}`}${expected === undefined ? '' : `, expected ${expected}`}.`,
  },
  load_shed: {
    tone: 'alarm',
    sentence: ({ reason, count, inFlight, waiting }) =>
      `${counted(count, 'password')} went unchecked: ${shed[reason]}. ${String(inFlight)} being checked, ${String(waiting)} waiting.`,
  },
  logins_stopped: {
    tone: 'warning',
    sentence: ({ clientId }) =>
      `New logins ${clientId === undefined ? '' : `by way of ${clientId} `}are stopped; refreshes go on.`,
  },
  logins_resumed: {
    tone: 'good',
    sentence: ({ clientId }) => `New logins ${clientId === undefined ? '' : `by way of ${clientId} `}are let in again.`,
  },
  refresh_token_reused: {
    tone: 'alarm',
    sentence: ({ subject, clientId }) =>
      `A refresh token of user ${short(subject)} at ${clientId} was used a second time: it was stolen. The session has ended for the thief and for the user.`,
  },
  grant_revoked: {
    tone: 'plain',
    sentence: ({ subject, clientId }) => `A session of user ${short(subject)} at ${clientId} was ended.`,
  },
  grant_displaced: {
    tone: 'plain',
    sentence: ({ reason, subject, clientId }) =>
      `A session of user ${short(subject)} at ${clientId} was ended: ${displaced[reason]}.`,
  },
  grants_revoked: {
    tone: 'plain',
    sentence: ({ subject, count }) => `${counted(count, 'session')} of user ${short(subject)} ended at once.`,
  },
  keys_replaced: {
    tone: 'plain',
    sentence: ({ signingKeyId, keyIds }) =>
      `Another key ring is in force: ${counted(keyIds.length, 'key')}, and ${short(signingKeyId)} signs.`,
  },
  store_failed: {
    tone: 'alarm',
    sentence: ({ store }) =>
      store === 'grants'
        ? 'The store of sessions failed or was late: refreshes and logins are refused until it is back.'
        : 'The store of a limiter failed or was late: this process counts alone until it is back.',
  },
  misconfigured: {
    tone: 'alarm',
    sentence: ({ problem, remedy }) => `${problem} ${remedy}`,
  },
  server_error: {
    tone: 'alarm',
    sentence: ({ requestId }) =>
      `A request was answered with a 500; the log has the cause (request ${String(requestId)}).`,
  },
}

const refusedClient = {
  unknown: 'no client has the id that it gave',
  wrong_secret: 'its secret is wrong',
  no_credentials: 'it gave no id, or no secret',
  malformed: 'its Authorization header is malformed',
  several_ways: 'it authenticated in more than one way at once',
  other_id: 'its client_id is not the id with which it authenticated',
  application: 'a strategy of the application refused it',
  malformed_assertion: 'its assertion is not the JWT that it must be',
  wrong_signature: 'none of its keys signed the assertion',
  wrong_audience: 'its assertion is for another server',
  expired_assertion: 'its assertion has expired',
  early_assertion: 'its clock is ahead',
  used_assertion: 'its assertion was used before',
} satisfies Record<EventOf<'client_refused'>['reason'], string>

const refusedLogin: Readonly<Record<EventOf<'login_refused'>['reason'], (code: string) => string>> = {
  wrong_credentials: () => 'the name or the password is wrong',
  application: (code) => `the application says ${code}`,
  stopped: () => 'new logins are stopped',
  revoked_meanwhile: () => 'all sessions of the user were ended while it was under way',
}

const displaced: Readonly<Record<EventOf<'grant_displaced'>['reason'], string>> = {
  newer_logins: 'the user has logged in again too often since',
  store_full: 'the store of sessions is full',
}

const shed: Readonly<Record<EventOf<'load_shed'>['reason'], string>> = {
  full: 'the queue, or their share of it, is full',
  waited: 'they had waited too long',
  gone: 'whoever asked had gone',
}

const refusedRefresh = {
  not_valid: "its token is none of ours, has expired, or is another client's",
  ended: 'the session has ended',
  user_refused: 'the user is no longer let in, which ended the session',
} satisfies Record<EventOf<'refresh_refused'>['reason'], string>

const refusedSecondFactor = {
  not_valid: "its mfa_token is none of ours, has expired, or is another client's",
  used_up: 'its mfa_token was used before, or has no attempts left',
  revoked_meanwhile: 'all sessions of the user were ended after the password was given',
  wrong_answer: 'the answer is wrong',
  user_refused: 'the user is no longer let in',
  application: 'the application refused',
} satisfies Record<EventOf<'second_factor_refused'>['reason'], string>

/** Who is limited, by the limiter's name. */
export const limitNames: Readonly<Record<EventOf<'limit_reached'>['limit'], string>> = {
  clientAddress: 'clients at this address',
  address: 'this address, whatever the names,',
  userAndAddress: 'this name at this address',
  user: 'this name, wherever from,',
  secondFactor: 'the second factor of this user',
  secondFactorPrompt: 'codes sent to this user',
}

/** The meaning of an event. Of one that a newer version of the library tells, no more than its name. */
export function meaningOf(event: OAuthEvent): { readonly tone: Tone; readonly sentence: string } {
  if (!Object.hasOwn(meanings, event.type)) return { tone: 'plain', sentence: `${event.type} happened.` }
  // The compiler does not follow that the entry found by an event's type is the one for that event.
  const meaning = meanings[event.type] as Meaning<EventType> as { tone: Tone; sentence: (event: OAuthEvent) => string }
  const times = weightOf(event)
  const sentence = meaning.sentence(event)
  // The sentence of shed logins has their number already.
  const isRepeated = times > 1 && event.type !== 'load_shed'
  return { tone: meaning.tone, sentence: isRepeated ? `${String(times)} times: ${sentence}` : sentence }
}

/** Enough of an id, or of a hash, to tell it from others by eye. */
function short(id: string): string {
  return id.slice(0, 8)
}

function counted(count: number, thing: string): string {
  return `${String(count)} ${thing}${count === 1 ? '' : 's'}`
}
