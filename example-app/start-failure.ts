/** What keeps the application from starting, as a sentence for whoever starts it. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
}
