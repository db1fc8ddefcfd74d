import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Caller } from './caller.js'
import type { Ledger } from './ledger.js'
import { password, RETRY_WINDOW_MS } from './soaked-application.js'

const RETRY_MS = [50, 100, 200, 400, 800]
const RETRY_MOST_MS = 1_000
/** Longer than any fault. After that even a patient client gives up. */
const PATIENCE_MS = 90_000

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

/** A client as the README wants it: where no answer comes, or a 5xx or 429, it asks again with the same token. */
export class HonestClient {
  readonly #caller: Caller
  readonly #ledger: Ledger
  readonly #user: string
  #tokens: Tokens | undefined

  constructor(caller: Caller, ledger: Ledger, user: string) {
    this.#caller = caller
    this.#ledger = ledger
    this.#user = user
  }

  /** Logs in, and then lives until `isOver`. One refresh more at the end shows that the session is still there. */
  async live(isOver: () => boolean): Promise<void> {
    await this.#logIn()
    while (!isOver()) {
      const chance = Math.random()
      if (chance < 0.5) await this.#refresh()
      else if (chance < 0.9) await this.#callApi()
      else if (chance < 0.95) await this.#mistype()
      else await this.#revokeAnother()
      await sleep(50 + Math.random() * 250)
    }
    await this.#refresh()
  }

  async #logIn(): Promise<Tokens | undefined> {
    const { answer } = await this.#persistently(() => this.#askForLogin())
    if (answer.status !== 200) this.#note(`a right login was answered ${said(answer)}`)
    this.#tokens = tokensIn(answer)
    return this.#tokens
  }

  #askForLogin(given = password): Promise<Answer> {
    return this.#caller.token({ grant_type: 'password', username: this.#user, password: given, scope: 'api' })
  }

  async #refresh(): Promise<void> {
    const tokens = this.#tokens
    if (tokens === undefined) return
    const phase = this.#ledger.current
    const { answer, milliseconds: after } = await this.#persistently(() => this.#askForRefresh(tokens))
    this.#tokens = tokensIn(answer)
    if (this.#tokens !== undefined) return
    const now = performance.now()
    const isLate = after >= RETRY_WINDOW_MS && answer.status === 400
    const isExpected = isLate && this.#ledger.hadStoreTrouble(now - after, now)
    this.#ledger.losses.push({ phase, after, isExpected })
    if (answer.status !== 400) this.#note(`a refresh was answered ${said(answer)} to the end`)
    await this.#logIn()
  }

  #askForRefresh({ refreshToken }: Tokens): Promise<Answer> {
    return this.#caller.token({ grant_type: 'refresh_token', refresh_token: refreshToken })
  }

  async #callApi(): Promise<void> {
    if (this.#tokens === undefined) return
    const answer = await this.#caller.api(this.#tokens.accessToken)
    if (answer.status !== 200 && !isTrouble(answer)) this.#note(`the API answered ${said(answer)}`)
  }

  async #mistype(): Promise<void> {
    const answer = await this.#askForLogin('a wrong password')
    if (answer.status !== 400 && !isTrouble(answer)) this.#note(`a wrong password was answered ${said(answer)}`)
  }

  /** A second session of the same user, which is revoked and must stay so. */
  async #revokeAnother(): Promise<void> {
    const { answer } = await this.#persistently(() => this.#askForLogin())
    const tokens = tokensIn(answer)
    if (tokens === undefined) return
    const { answer: revoked } = await this.#persistently(() => this.#caller.revoke(tokens.refreshToken))
    if (revoked.status !== 200) this.#note(`a revocation was answered ${said(revoked)}`)
    const { answer: refused } = await this.#persistently(() => this.#askForRefresh(tokens))
    if (refused.status === 200) this.#ledger.revived += 1
  }

  async #persistently(ask: () => Promise<Answer>): Promise<{ answer: Answer; milliseconds: number }> {
    const start = performance.now()
    for (let tries = 0; ; tries += 1) {
      const answer = await ask()
      const milliseconds = performance.now() - start
      if (!isTrouble(answer) || milliseconds > PATIENCE_MS) return { answer, milliseconds }
      await sleep(RETRY_MS[tries] ?? RETRY_MOST_MS)
    }
  }

  #note(sentence: string): void {
    this.#ledger.phase().odd.add(sentence)
  }
}

function isTrouble({ status }: Answer): boolean {
  return status === 0 || status === 429 || status >= 500
}

function tokensIn({ status, body }: Answer): Tokens | undefined {
  if (status !== 200) return undefined
  return { accessToken: String(body['access_token']), refreshToken: String(body['refresh_token']) }
}

function said({ status, body }: Answer): string {
  const { error = '', error_description: description = '' } = body
  return `${status} ${String(error)} ${String(description)}`.trim()
}
