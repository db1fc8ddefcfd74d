import type { AttackResult } from './attack.js'
import type { StolenToken } from './stolen-token.js'
import { table } from './table.js'

/** What an attack came to, for a person to read. `isHeld`: nobody got in who should not, and alice did. */
export function report({ guessing, stolenToken, aliceFromHome }: AttackResult): { text: string; isHeld: boolean } {
  const rows = guessing.map(({ name, outcomes: { signedIn, refused, limited, shed, failed } }) => [
    name,
    signedIn + refused + limited + shed + failed,
    signedIn + refused,
    limited + shed,
    failed,
    signedIn,
  ])
  const head = ['', 'tried', 'password looked at', 'turned away', 'no answer', 'got in']
  const text = [
    table([head, ...rows]),
    '',
    ...guessing.map(({ name, story }) => `${name}: ${story}.`),
    `Stolen refresh token: ${stolen(stolenToken)}`,
    `Alice, from where she has logged in before: ${aliceFromHome === 'signedIn' ? 'signed in, while all this went on.' : `could NOT sign in (${aliceFromHome}).`}`,
  ].join('\n')
  const isHeld =
    guessing.every(({ outcomes }) => outcomes.signedIn === 0) &&
    stolenToken?.thiefGetsIn === false &&
    stolenToken.sessionHasEnded &&
    aliceFromHome === 'signedIn'
  return { text, isHeld }
}

function stolen(token: StolenToken | undefined): string {
  if (token === undefined) return 'not tried, for bob could not sign in.'
  const thief = token.thiefGetsIn ? 'the thief got IN' : 'the thief got nothing'
  return `${thief}, and the session ${token.sessionHasEnded ? 'has ended for both of them' : 'went ON'}.`
}
