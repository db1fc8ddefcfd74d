import type { MaybePromise, SpendingResult } from '../grant-store.js'
import type { SecondFactorSettings } from '../options/settings.js'
import type { MfaToken } from '../tokens/mfa-token.js'

type Spending = Pick<SecondFactorSettings, 'store' | 'attempts'>

/** What is spent stays so this long after its mfa_token has expired, for processes whose clocks are behind. Milliseconds. */
const CLOCK_MARGIN = 60_000

/**
 * Takes one of the attempts that an mfa_token has, before the answer is tried, so that answers that overlap do not slip
 * through together. Resolves to `first` if there was one left.
 */
export async function takeAttempt(
  { store, attempts }: Spending,
  token: MfaToken,
  now: number,
): Promise<SpendingResult> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const result = await spend(store, token, `.${attempt}`, now)
    if (result !== 'again') return result
  }
  return 'again'
}

/**
 * Spends an mfa_token, and the attempts that are left of it, so that whoever finds it later cannot even try an answer.
 * Resolves to `first` if nobody had spent it.
 */
export async function spendMfaToken(
  { store, attempts }: Spending,
  token: MfaToken,
  now: number,
): Promise<SpendingResult> {
  // A store that throws synchronously must not leave the other promises unhandled.
  const all = async () => spend(store, token, '', now)
  const rest = Array.from({ length: attempts }, async (_, index) => spend(store, token, `.${index + 1}`, now))
  const [result] = await Promise.all([all(), ...rest])
  return result
}

function spend(store: Spending['store'], token: MfaToken, part: string, now: number): MaybePromise<SpendingResult> {
  return store.spend({ id: token.id + part, lifetime: token.expiresAt + CLOCK_MARGIN - now, login: token })
}
