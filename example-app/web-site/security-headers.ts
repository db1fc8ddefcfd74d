import type { RequestHandler } from 'express'
import helmet from 'helmet'

/**
 * The headers of every page: nothing is loaded but from here, nothing stands inline, no other site may frame a page, and no
 * page is kept by a cache. @param hasDataImages Whether the style sheets bring images with them, in `data:` URLs.
 */
export function securityHeaders({ hasDataImages = false } = {}): RequestHandler {
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", ...(hasDataImages ? ['data:'] : [])],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  })
  return function setSecurityHeaders(request, response, next) {
    response.setHeader('Cache-Control', 'no-store')
    headers(request, response, next)
  }
}
