declare module 'passport-oauth2-client-password' {
  import type { Strategy as PassportStrategy } from 'passport'

  type Verify = (id: string, secret: string, done: (error: unknown, client?: object | false) => void) => void

  export class Strategy implements PassportStrategy {
    constructor(verify: Verify)
    authenticate(): void
  }
}
