import type { Request, Response } from 'express'
import { pageRenderer, type Links } from './layout.js'

export interface Shown {
  readonly title: string
  /** HTTP's. Default: 200. */
  readonly status?: number
  /** What the view is given beside `csrfToken`. */
  readonly data?: object
}

/** Answers with a view of the folder `views`, in the layout, for whoever is signed in. */
export type ShowPage = (request: Request, response: Response, view: string, shown: Shown) => void

export function pagesWith(links: Links): ShowPage {
  const render = pageRenderer(new URL('./views/', import.meta.url))
  return (request, response, view, { title, status = 200, data = {} }) => {
    const frame = { title, path: request.path, links }
    response.status(status).send(render(view, data, frame))
  }
}
