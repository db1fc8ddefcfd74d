import type { ServerName } from '../candidates/servers.js'
import type { GuardAlgorithm } from '../candidates/guard-keys.js'
import { guardedRequest, guardToken } from '../load/guard-workload.js'
import { HttpConnection } from '../load/http-connection.js'
import { passwordRequest } from '../load/token-request.js'
import type { ServerProcess } from './server-process.js'

const unchecking: readonly ServerName[] = ['bare', 'bare-string-secret']

/** Sees that a candidate does what it is measured for: two tokens for the right password, none for a wrong one. */
export async function probe(name: ServerName, process: ServerProcess): Promise<void> {
  const [kind, guard, algorithm] = name.split(' ')
  if (kind === 'guard') {
    await probeGuard(process, guard === 'bare', algorithm as GuardAlgorithm) // the boundary: it is part of the name
    return
  }
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

/** Sees that a guard lets a good token in, and nobody without one or with one that has been tampered with. */
async function probeGuard(process: ServerProcess, isOpen: boolean, algorithm: GuardAlgorithm): Promise<void> {
  const connection = await HttpConnection.open(process.port)
  try {
    const token = guardToken(algorithm)
    const good = await connection.send(guardedRequest(token))
    if (good.status !== 200) throw new Error(`good token: ${good.status} ${good.body}`)
    if (isOpen) return
    const [header = '', claims = '', signature = ''] = token.split('.')
    const forged = `${header}.${claims}.${signature.slice(0, 10)}${signature[10] === 'A' ? 'B' : 'A'}${signature.slice(11)}`
    const bad = await connection.send(guardedRequest(forged))
    if (bad.status !== 401) throw new Error(`forged token: ${bad.status} ${bad.body}`)
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
