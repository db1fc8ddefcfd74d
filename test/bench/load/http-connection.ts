import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly body: string
}

const HEAD_END = '\r\n\r\n'
const STATUS_AT = 'HTTP/1.1 '.length
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i

/** One kept-alive HTTP/1.1 connection with one request under way at a time: a client cheap enough to leave the server the bottleneck. */
export class HttpConnection {
  readonly #socket: Socket
  #received = ''
  #failure: Error | undefined
  #settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined

  static open(port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => {
        resolve(new HttpConnection(socket))
      })
    })
  }

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      this.#received += chunk
      this.#readAnswer()
    })
    socket.on('error', (error) => {
      this.#fail(error)
    })
    socket.on('close', () => {
      this.#fail(new Error('the server closed the connection'))
    })
  }

  send(request: string | Buffer): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #readAnswer(): void {
    const headEnd = this.#received.indexOf(HEAD_END)
    if (headEnd === -1) return
    const length = CONTENT_LENGTH.exec(this.#received.slice(0, headEnd))?.[1]
    if (length === undefined) {
      this.#fail(new Error(`an answer without Content-Length: ${this.#received}`))
      return
    }
    const bodyAt = headEnd + HEAD_END.length
    const end = bodyAt + Number(length)
    if (this.#received.length < end) return
    const answer = {
      status: Number(this.#received.slice(STATUS_AT, STATUS_AT + 3)),
      body: this.#received.slice(bodyAt, end),
    }
    this.#received = this.#received.slice(end)
    const settle = this.#settle
    this.#settle = undefined
    settle?.resolve(answer)
  }

  #fail(error: Error): void {
    this.#failure = error
    const settle = this.#settle
    this.#settle = undefined
    settle?.reject(error)
  }
}
