const PAGES = ['/contacts', '/sessions', '/password', '/second-factor']

/** Where to go after signing in: one of the site's own pages, and no address that somebody wrote into a link. */
export function nextPage(wish: unknown): string {
  return PAGES.find((page) => page === wish) ?? '/contacts'
}
