import type { ServerName } from '../candidates/servers.js'
import { HttpConnection } from '../load/http-connection.js'
import { passwordRequest } from '../load/token-request.js'
import type { ServerProcess } from './server-process.js'

const unchecking: readonly ServerName[] = ['bare', 'bare-string-secret']

/** Sees that a candidate does what it is measured for: two tokens for the right password, none for a wrong one. */
export async function probe(name: ServerName, process: ServerProcess): Promise<void> {
  const connection = await HttpConnection.open(process.port)
  try {
    const good = await connection.send(passwordRequest(0))
    const members: unknown = JSON.parse(good.body)
    if (good.status !== 200 || !hasTokens(members)) throw new Error(`right password: ${good.status} ${good.body}`)
    if (unchecking.includes(name)) return
    const bad = await connection.send(passwordRequest(0, 'wrong'))
    if (bad.status < 400 || bad.status > 499) throw new Error(`wrong password: ${bad.status} ${bad.body}`)
  } finally {
    connection.close()
  }
}

function hasTokens(members: unknown): boolean {
  const isText = (value: unknown) => typeof value === 'string' && value.length >= 32
  if (typeof members !== 'object' || members === null) return false
  return (
    'access_token' in members &&
    isText(members.access_token) &&
    'refresh_token' in members &&
    isText(members.refresh_token)
  )
}
