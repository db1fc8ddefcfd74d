import { fileURLToPath } from 'node:url'
import express, { Router } from 'express'

const PUBLIC = fileURLToPath(new URL('public', import.meta.url))
const INTER = fileURLToPath(
  new URL('files/inter-latin-wght-normal.woff2', import.meta.resolve('@fontsource-variable/inter/package.json')),
)

/** What every page refers to, under `/assets`: the style sheet, the icon and the typeface. */
export function assets(): Router {
  const router = Router()
  router.get('/inter.woff2', (_request, response) => {
    response.sendFile(INTER, { maxAge: '30d', immutable: true })
  })
  router.use(express.static(PUBLIC, { index: false, fallthrough: true }))
  return router
}
