import { get, type IncomingMessage } from 'node:http'
import { onTestFinished } from 'vitest'

export interface Sent {
  readonly id: string | undefined
  readonly name: string
  readonly content: Readonly<Record<string, unknown>>
}

/** A viewer of server-sent events, who reads them as they come. */
export interface Viewer {
  readonly status: number | undefined
  /** All that has come. */
  readonly sent: readonly Sent[]
  readonly response: IncomingMessage
  close(): void
}

/** Opens a stream of events; it is closed when the test ends. */
export function view(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Viewer> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent: false }, (response) => {
      const sent: Sent[] = []
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        const frames = (text + part).split('\n\n')
        text = frames.pop() ?? ''
        sent.push(...frames.map(parsed))
      })
      response.on('error', () => undefined)
      resolve({ status: response.statusCode, sent, response, close: () => request.destroy() })
    })
    request.on('error', reject)
    onTestFinished(() => {
      request.destroy()
    })
  })
}

function parsed(frame: string): Sent {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1]
  const content = JSON.parse(field('data') ?? '{}') as Record<string, unknown> // the boundary: the desk sends objects
  return { id: field('id'), name: field('event') ?? '', content }
}
