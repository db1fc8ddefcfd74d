import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FuzzCase } from './fuzz-case.js'
import { httpAnswers, type Received } from './http-answers.js'

/** Far more than a busy machine needs, and less than it takes to call a server hung in vain. */
const PATIENCE_MS = 20_000

export interface Exchange extends Received {
  /** Whether the server ended the connection, or answered all that it was asked; `false` where patience ended first. */
  readonly ended: boolean
  /** Whether the connection broke before all was written or answered. */
  readonly broken: boolean
}

/** Does what a case says over a connection of its own. */
export async function rawExchange(port: number, fuzzCase: FuzzCase): Promise<Exchange> {
  const { writes, ending, methods, promise } = fuzzCase
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const chunks: Buffer[] = []
  const state = { over: false, broken: false }
  const received = () => httpAnswers(Buffer.concat(chunks), methods)
  const ended = new Promise<boolean>((resolve) => {
    const finish = (inTime: boolean) => {
      clearTimeout(patience)
      state.over = true
      resolve(inTime)
    }
    const patience = setTimeout(() => {
      finish(false)
    }, PATIENCE_MS)
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      if (promise === 'answers' && received().answers.length >= methods.length) finish(true)
    })
    socket.on('error', () => {
      state.broken = true
      finish(true)
    })
    socket.on('end', () => {
      finish(true)
    })
    socket.on('close', () => {
      finish(true)
    })
  })
  for (const { bytes, pause } of writes) {
    if (pause > 0) await sleep(pause)
    if (state.over) break
    socket.write(bytes)
  }
  if (ending === 'half-close') socket.end()
  if (ending === 'reset') {
    await sleep(1)
    socket.resetAndDestroy()
  }
  const inTime = await ended
  // A reset, for half of tens of thousands of closed connections would keep their ports for a minute.
  socket.resetAndDestroy()
  return { ...received(), ended: inTime, broken: state.broken }
}
