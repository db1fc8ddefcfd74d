/** What keeps a page from being shown, as a page of its own: for the person who wanted to see the other. */
export class PageError extends Error {
  override readonly name = 'PageError'

  constructor(
    readonly status: number,
    readonly heading: string,
    readonly text: string,
    options?: ErrorOptions,
  ) {
    super(`${heading} ${text}`, options)
  }
}

export function notFound(): PageError {
  return new PageError(404, 'There is no such page', 'It may have moved, or the address has a mistake in it.')
}

export function forbidden(text: string): PageError {
  return new PageError(403, 'You may not do that', text)
}

/** A part of this application that does not answer, or has no time. */
export function unavailable(part: string, cause: unknown): PageError {
  return new PageError(
    503,
    'We will be back in a moment',
    `${part} does not answer just now. Nothing is lost: please try again in a minute.`,
    { cause },
  )
}
