import { demo } from '../../example-app/demo.js'

/** A browser as far as cookies and forms go. */
export class FetchedPages {
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #cookies = new Map<string, string>()

  /** @param address Where the browser is, for a site that trusts a proxy (`TRUST_PROXY=1`). */
  constructor(url: string, address?: string) {
    this.#url = url
    this.#headers = address === undefined ? {} : { 'X-Forwarded-For': address }
  }

  async signIn({ name, password }: { name: string; password: string } = demo.alice): Promise<Response> {
    return this.submit('/sign-in', '/sign-in', { name, password, next: '/contacts' })
  }

  get(path: string): Promise<Response> {
    return this.#fetch(path, {})
  }

  /** Posts a form that a page has, with the token of that page. */
  async submit(page: string, action: string, fields: Readonly<Record<string, string>>): Promise<Response> {
    const csrfToken = /name="csrf_token" value="([^"]+)"/.exec(await (await this.get(page)).text())?.[1] ?? ''
    return this.post(action, { csrf_token: csrfToken, ...fields })
  }

  post(path: string, fields: Readonly<Record<string, string>>): Promise<Response> {
    return this.#fetch(path, { method: 'POST', body: new URLSearchParams(fields) })
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(this.#url + path, {
      ...init,
      redirect: 'manual',
      headers: { ...this.#headers, Cookie: cookies },
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      this.#cookies.set(name, value)
    }
    return answer
  }
}
