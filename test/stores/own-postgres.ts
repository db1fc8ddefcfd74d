import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { freePort } from './free-port.js'
import { freshDirectory } from './opened-store.js'
import { installedProgram, ServerProcess, type ServerUser } from './server-process.js'

/** A PostgreSQL of the tests' own, with the settings that it is installed with. */
export interface OwnPostgres {
  readonly server: ServerProcess
  readonly url: string
  /** Stops it and takes its data away. */
  remove(): Promise<void>
}

/** `undefined` where PostgreSQL is not installed. */
export async function ownPostgres(): Promise<OwnPostgres | undefined> {
  const initdb = installedProgram('initdb', debianDirectories())
  const postgres = installedProgram('postgres', debianDirectories())
  if (initdb === undefined || postgres === undefined) return undefined
  const user = postgresUser()
  const directory = freshDirectory()
  if (user.uid !== undefined && user.gid !== undefined) chownSync(directory, user.uid, user.gid)
  const data = join(directory, 'data')
  execFileSync(initdb, ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync'], { ...user, stdio: 'pipe' })
  const port = await freePort()
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const server = new ServerProcess(
    [postgres, '-D', data, '-p', String(port), '-k', directory, '-h', '127.0.0.1'],
    () => answersQuery(url),
    user,
  )
  await server.start()
  return {
    server,
    url,
    async remove() {
      await server.stop('SIGQUIT')
      rmSync(directory, { recursive: true })
    },
  }
}

/** The newest first. */
function debianDirectories(): string[] {
  const versions = '/usr/lib/postgresql'
  if (!existsSync(versions)) return []
  return readdirSync(versions)
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(versions, version, 'bin'))
}

/** PostgreSQL does not run as root. */
function postgresUser(): ServerUser {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']))
  return { uid: id('-u'), gid: id('-g') }
}

/** A server that still recovers does not. */
async function answersQuery(url: string): Promise<boolean> {
  const client = new Client(url)
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT 1')
    await client.end()
    return true
  } catch {
    return false
  }
}
