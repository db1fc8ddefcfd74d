import { demo } from '../demo.js'
import { StartFailure } from '../start-failure.js'
import { homes } from './addresses.js'
import { makeGuesses, type Outcomes } from './guessing.js'
import { guessingAttacks, type GuessingAttack } from './guessing-attacks.js'
import { ProgressBar } from './progress-bar.js'
import { stealToken, type StolenToken } from './stolen-token.js'
import { Victim, type Authentication, type Outcome } from './victim.js'

export interface AttackResult {
  readonly guessing: readonly (Pick<GuessingAttack, 'name' | 'story'> & { readonly outcomes: Outcomes })[]
  readonly stolenToken: StolenToken | undefined
  /** What came of alice's own login while she was being attacked, from where she had logged in before. */
  readonly aliceFromHome: Outcome
}

/**
 * Plays every attack, one after the other, and shows on `out` how far it is.
 * @throws StartFailure if nothing can be found out: the server does not respond, or does not know the client or alice.
 */
export async function attack(
  target: string,
  authentication: Authentication,
  out: NodeJS.WriteStream,
): Promise<AttackResult> {
  const victim = new Victim(target, authentication)
  const loginFromHome = () => victim.login(demo.alice.name, demo.alice.password, homes.alice)
  requireLogin(target, (await loginFromHome()).outcome)
  const theft = await stealToken(victim)

  const attacks = guessingAttacks()
  const bar = new ProgressBar(
    out,
    attacks.reduce((sum, { guesses }) => sum + guesses.length, 1),
  )
  const guessing: AttackResult['guessing'][number][] = []
  for (const { name, story, guesses } of attacks) {
    const outcomes = await makeGuesses(victim, guesses, () => {
      bar.step(name)
    })
    guessing.push({ name, story, outcomes })
  }
  const { outcome: aliceFromHome } = await loginFromHome()
  bar.step('Stolen refresh token')
  const stolenToken = await theft?.replay()
  bar.end()
  return { guessing, stolenToken, aliceFromHome }
}

function requireLogin(target: string, outcome: Outcome): void {
  switch (outcome) {
    case 'signedIn':
      return
    case 'limited':
      throw new StartFailure(
        `${target} takes no login of alice's from home just now; wait a quarter of an hour, or start it anew.`,
      )
    case 'shed':
    case 'failed':
      throw new StartFailure(`${target} does not answer as the example-app does; is it running (npm start)?`)
    case 'refused':
      throw new StartFailure(`${target} does not know alice's demo password, without whom there is nobody to attack.`)
  }
}
