/** What an operator must know. No event carries a password, a secret or a token. Times are milliseconds since the epoch. */
export type OAuthEvent =
  | {
      readonly type: 'token_issued'
      readonly grantType: string
      readonly subject: string
      readonly clientId: string
      readonly grantId: string | undefined
    }
  | {
      readonly type: 'refresh_token_reused'
      readonly subject: string
      readonly clientId: string
      readonly grantId: string
    }
  | { readonly type: 'grant_revoked'; readonly subject: string; readonly clientId: string; readonly grantId: string }
  | { readonly type: 'grants_revoked'; readonly subject: string; readonly count: number }
