export interface TokenFault {
  /** For programs. */
  readonly code: string
  /** One sentence that says what is wrong and, where there is something to do, what. */
  readonly sentence: string
}

export function fault(code: string, sentence: string): TokenFault {
  return { code, sentence }
}
