/** What the server knows about a grant type, apart from the steps that `token-endpoint.ts` lists for it. */
export interface GrantTypeDescription {
  /** The value of `grant_type`. */
  readonly name: string
  /** The grant type for which a client must be registered to use this one (RFC 7591 section 2). */
  readonly registeredAs: string
  /** The parameters that a request must have, each with its JSON Schema. */
  readonly parameters: Readonly<Record<string, object>>
  /** The part of the settings without which the server does not offer it. Default: it is always offered. */
  readonly needs?: 'grants' | 'secondFactor'
}
