import type { ServerName } from './fuzzed-application.js'

/** One connection to a server: what is written to it, and what it promises in return. */
export interface FuzzCase {
  /** What kind of input it is. */
  readonly shape: string
  readonly server: ServerName
  readonly writes: readonly Write[]
  readonly ending: Ending
  readonly promise: Promised
  /** Of the requests in it, as far as it has some. */
  readonly methods: readonly string[]
  /** Where it is sure: the path of an endpoint of ours that the requests go to. */
  readonly path: string | undefined
}

export interface Write {
  readonly bytes: Buffer
  /** Before it is written, in milliseconds. */
  readonly pause: number
}

/** What the client does once it has written all: waits for answers, says that no more will come, or cuts the connection. */
export type Ending = 'wait' | 'half-close' | 'reset'

/** `answers`: one for each request. `end`: answers or none, but the connection comes to an end. `nothing`: no more than that. */
export type Promised = 'answers' | 'end' | 'nothing'

/** Begins every text that a case makes up, so that an echo of it is found. */
export const MARKER = 'zq7xk'
