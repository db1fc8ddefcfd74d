import { hash } from 'node:crypto'
import { randomText } from '../random-text.js'
import { UsageError, type Command } from './command.js'

/** RFC 3986 section 2.3: what means the same however a client encodes it in a Basic header. */
const UNRESERVED = /^[A-Za-z0-9._~-]+$/

export const clientCommand: Command = {
  name: 'client',
  summary: 'Makes an id and a secret for a client, and its registration',
  options: { id: { value: 'ID', meaning: 'the id, of A-Z a-z 0-9 . _ ~ - only; default: a random one' } },
  explanation: `The secret is shown this once: give it to the client. The server needs its SHA-256 only, which the registration holds.
Id and secret are of characters that mean the same however a client encodes them.`,
  run({ options }) {
    const id = options['id'] ?? `client-${randomText(12)}`
    if (!UNRESERVED.test(id)) {
      throw new UsageError('--id has characters that clients encode in different ways: use A-Z a-z 0-9 . _ ~ - only.')
    }
    const secret = randomText(32)
    const sha256 = hash('sha256', secret, 'hex')
    const registration = { id, secret: { sha256 } }
    return {
      isFine: true,
      result: { id, secret, sha256, registration },
      lines: [
        `id      ${id}`,
        `secret  ${secret}`,
        `sha256  ${sha256}`,
        '',
        'For the server, among its clients:',
        '',
        `{ id: '${id}', secret: { sha256: '${sha256}' } }`,
      ],
      notes: ['The secret is shown this once: give it to the client, and keep it nowhere else.'],
    }
  },
}
