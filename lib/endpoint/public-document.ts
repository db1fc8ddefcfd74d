import { hash } from 'node:crypto'
import { publicHeaders } from './security-headers.js'

/** JSON that everybody may read and keep for a while. */
export interface PublicDocument {
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  readonly etag: string
}

/** @param maxAge For how many seconds a cache may answer without asking. */
export function publicDocument(content: Readonly<Record<string, unknown>>, maxAge: number): PublicDocument {
  const text = JSON.stringify(content)
  const etag = `"${hash('sha256', text, 'base64url')}"`
  return { text, headers: { ...publicHeaders, 'cache-control': `public, max-age=${maxAge}`, etag }, etag }
}
