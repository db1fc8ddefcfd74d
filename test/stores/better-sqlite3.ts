import { installedApart } from '../installed-apart.js'
import type { SqliteDatabaseClass } from './opened-store.js'

/** 13 crashes on Node 20. */
const VERSION = process.versions.node.startsWith('20.') ? '12.11.1' : '13.2.0'

/** `Database` of better-sqlite3, which compiles when it is installed and works with the Node that compiled it only. */
export function betterSqlite3(): SqliteDatabaseClass {
  const name = `better-sqlite3-${VERSION}-node${process.versions.modules}`
  const require = installedApart(name, { packages: { 'better-sqlite3': VERSION }, compiles: true })
  return require('better-sqlite3') as SqliteDatabaseClass // the boundary: a package that the type check cannot see
}

/**
 * Why there is none here.
 * @throws in CI, where it must compile.
 */
export function missingBetterSqlite3(): string | undefined {
  try {
    betterSqlite3()
    return undefined
  } catch (error) {
    if (process.env['CI']) throw error
    return `better-sqlite3 did not compile (${String(error).split('\n', 1).join('')})`
  }
}
