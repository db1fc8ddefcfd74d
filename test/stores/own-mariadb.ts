import { execFileSync } from 'node:child_process'
import { chownSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { freePort } from './free-port.js'
import { freshDirectory } from './opened-store.js'
import { installedProgram, ServerProcess, type ServerUser } from './server-process.js'

/** A MariaDB of the tests' own, with the settings that it is installed with. */
export interface OwnMariadb {
  readonly server: ServerProcess
  readonly url: string
  /** Stops it and takes its data away. */
  remove(): Promise<void>
}

const DIRECTORIES = ['/usr/sbin', '/usr/bin']

/** `undefined` where MariaDB is not installed. */
export async function ownMariadb(): Promise<OwnMariadb | undefined> {
  const install = installedProgram('mariadb-install-db', DIRECTORIES)
  const mariadbd = installedProgram('mariadbd', DIRECTORIES)
  if (install === undefined || mariadbd === undefined) return undefined
  const user = mysqlUser()
  const directory = freshDirectory()
  if (user.uid !== undefined && user.gid !== undefined) chownSync(directory, user.uid, user.gid)
  const data = join(directory, 'data')
  const methods = ['--auth-root-authentication-method=normal', '--skip-test-db']
  execFileSync(install, ['--no-defaults', `--datadir=${data}`, ...methods], { ...user, stdio: 'pipe' })
  const port = await freePort()
  const url = `mysql://root@127.0.0.1:${port}/mysql`
  const socket = join(directory, 'socket')
  const settings = [`--datadir=${data}`, `--port=${port}`, `--socket=${socket}`, `--pid-file=${join(directory, 'pid')}`]
  const server = new ServerProcess(
    [mariadbd, '--no-defaults', ...settings, '--bind-address=127.0.0.1'],
    () => answersQuery(url),
    user,
  )
  await server.start()
  return {
    server,
    url,
    async remove() {
      await server.stop('SIGKILL')
      rmSync(directory, { recursive: true })
    },
  }
}

/** MariaDB does not run as root. */
function mysqlUser(): ServerUser {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'mysql']))
  return { uid: id('-u'), gid: id('-g') }
}

/** A server that still recovers does not. */
async function answersQuery(uri: string): Promise<boolean> {
  try {
    const connection = await createConnection({ uri, connectTimeout: 1000 })
    await connection.query('SELECT 1')
    await connection.end()
    return true
  } catch {
    return false
  }
}
