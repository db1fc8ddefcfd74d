import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Request } from 'express'

/** Nobody can make a token without the secret, so that a cookie which somebody else has planted is worth nothing. */
export class VisitorCookie {
  readonly #secret: string

  constructor(secret: string) {
    this.#secret = secret
  }

  /** The token that this site gave to the browser, if it did. */
  tokenIn({ headers, secure }: Request): string | undefined {
    const name = cookieName(secure)
    const pair = headers.cookie?.split('; ').find((each) => each.startsWith(`${name}=`))
    const [token = '', signature = ''] = pair?.slice(name.length + 1).split('.') ?? []
    const given = Buffer.from(signature, 'base64url')
    const expected = this.#signature(token)
    return given.length === expected.length && timingSafeEqual(given, expected) ? token : undefined
  }

  /** Gives the browser a token, until it is closed. */
  set({ res: response, secure }: Request, token: string): void {
    const value = `${token}.${this.#signature(token).toString('base64url')}`
    response?.cookie(cookieName(secure), value, { httpOnly: true, sameSite: 'lax', path: '/', secure })
  }

  #signature(token: string): Buffer {
    return createHmac('sha256', this.#secret).update(`visitor ${token}`).digest()
  }
}

/** Over https no neighbouring host can set it. */
function cookieName(isSecure: boolean): string {
  return isSecure ? '__Host-visitor' : 'visitor'
}
