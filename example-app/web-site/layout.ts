import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'

/** What surrounds a page. */
export interface Frame {
  readonly title: string
  /** The path of the page, or its URL as `links` has it, to mark it in the navigation. */
  readonly path: string
  /** Whoever is signed in; the navigation of the web site is shown to no other. */
  readonly user?: string | undefined
  /** For the form that signs out; without it there is none. */
  readonly csrfToken?: string | undefined
  readonly links: Links
  /** URLs of style sheets beside that of every page. */
  readonly styles?: readonly string[]
  /** URLs of scripts that the page adds to, and can do without. */
  readonly scripts?: readonly string[]
  /** `true`: the page may be as wide as the window. */
  readonly isWide?: boolean
}

/** Where the pages are that no part of the web site serves. */
export interface Links {
  /** Where the web site begins, or `undefined` where it is not known. */
  readonly home: string | undefined
  /** `undefined` where its reader could not open it. */
  readonly desk: string | undefined
  readonly docs: string
}

/** The HTML of a page: the view of this name in the folder, with its data, inside the layout. */
export type RenderPage = (view: string, data: object, frame: Frame) => string

const site = new Eta({ views: fileURLToPath(new URL('views', import.meta.url)), cache: true })

/**
 * Renders the views of a folder, `*.eta`. What a view writes by `<%= it.name %>` is escaped. The layout is the same for the
 * web site, the operator's desk and the API documentation.
 */
export function pageRenderer(folder: URL): RenderPage {
  const own = new Eta({ views: fileURLToPath(folder), cache: true })
  return (view, data, frame) => {
    const body = own.render(view, data)
    return site.render('layout', { styles: [], scripts: [], isWide: false, ...frame, body })
  }
}
