declare module 'passport-oauth2-client-password' {
  import type passport from 'passport'

  type Verify = (id: string, secret: string, done: (error: unknown, client?: object | false) => void) => void

  export class Strategy implements passport.Strategy {
    constructor(verify: Verify)
    authenticate(): void
  }
}
