/** What a server keeps for its logins, filled without HTTP and without signing. */
export interface TokenKeeper {
  login(index: number): void | Promise<void>
  /** With the newest refresh token of that login. */
  refresh(index: number): void | Promise<void>
  /** Bytes kept outside this process. Where absent, this process's memory is what counts. */
  bytesOutside?(): Promise<number>
  close?(): Promise<void>
}

/** Makes a keeper for so many logins; what it needs itself is allocated before anything is measured. */
export type TokenKeeperFactory = (logins: number) => TokenKeeper | Promise<TokenKeeper>
