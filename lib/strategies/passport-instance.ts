/** The members of a passport that are used. */
export interface PassportInstance {
  use(...args: never[]): unknown
  authenticate(...args: never[]): unknown
}
