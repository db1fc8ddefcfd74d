import type { Request, Response } from 'express'
import type { FormTokens } from './csrf.js'
import { pageRenderer, type Links } from './layout.js'

export interface Shown {
  readonly title: string
  /** HTTP's. Default: 200. */
  readonly status?: number
  /** Default: `false`. */
  readonly isWide?: boolean
  /** What the view is given beside `csrfToken`, `links` and `user`. */
  readonly data?: object
}

/** Answers with a view of the folder `views`, in the layout, for whoever is signed in. */
export type ShowPage = (request: Request, response: Response, view: string, shown: Shown) => void

export function pagesWith(links: Links, { tokenOf }: FormTokens): ShowPage {
  const render = pageRenderer(new URL('./views/', import.meta.url))
  return (request, response, view, { title, status = 200, isWide = false, data = {} }) => {
    // The boundary: an error page may come before there is a session, or after its end.
    const session = request.session as Partial<Request['session']> | undefined
    const csrfToken = session === undefined ? undefined : tokenOf(request)
    const user = session?.signIn?.user
    const frame = { title, path: request.path, links, user, csrfToken, isWide }
    response.status(status).send(render(view, { csrfToken, links, user, ...data }, frame))
  }
}
