declare module 'passport-oauth2-client-password' {
  import passport = require('passport')

  type Verify = (id: string, secret: string, done: (error: unknown, client?: object | false) => void) => void

  export class Strategy extends passport.Strategy {
    constructor(verify: Verify)
  }
}
