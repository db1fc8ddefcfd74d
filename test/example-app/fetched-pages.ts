import { demo } from '../../example-app/demo.js'

/** A browser as far as cookies and forms go. */
export class FetchedPages {
  readonly #url: string
  #cookie = ''

  constructor(url: string) {
    this.#url = url
  }

  async signIn({ name, password }: { name: string; password: string } = demo.alice): Promise<Response> {
    const form = await (await this.get('/sign-in')).text()
    const csrfToken = /name="csrf_token" value="([^"]+)"/.exec(form)?.[1] ?? ''
    return this.#fetch('/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ csrf_token: csrfToken, name, password, next: '/contacts' }),
    })
  }

  get(path: string): Promise<Response> {
    return this.#fetch(path, {})
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const answer = await fetch(this.#url + path, { ...init, redirect: 'manual', headers: { Cookie: this.#cookie } })
    this.#cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? this.#cookie
    return answer
  }
}
