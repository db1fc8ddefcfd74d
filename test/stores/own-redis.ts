import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { freePort } from './free-port.js'
import { freshDirectory } from './opened-store.js'
import { installedProgram, ServerProcess } from './server-process.js'

/** A Redis of the tests' own: it writes each change to disk before it answers. */
export interface OwnRedis {
  readonly server: ServerProcess
  readonly port: number
  readonly url: string
  /** Stops it and takes its data away. */
  remove(): Promise<void>
}

/** `undefined` where Redis is not installed. */
export async function ownRedis(...options: string[]): Promise<OwnRedis | undefined> {
  const program = installedProgram('redis-server') ?? installedProgram('valkey-server')
  if (program === undefined) return undefined
  const port = await freePort()
  const directory = freshDirectory()
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '']
  const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory]
  const server = new ServerProcess([program, ...place, ...durable, ...options], () => answersPing(port))
  await server.start()
  return {
    server,
    port,
    url: `redis://127.0.0.1:${port}`,
    async remove() {
      await server.stop('SIGKILL')
      rmSync(directory, { recursive: true })
    },
  }
}

/** A server that still reads its data from disk does not. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.on('data', (reply) => {
      resolve(reply.toString().startsWith('+PONG'))
      socket.destroy()
    })
    socket.on('error', () => {
      resolve(false)
    })
  })
}
