import { UsageError } from './command.js'

const MOST_BYTES = 1024 * 1024

/** All of stdin. @throws UsageError where it is endless, or is a terminal, at which nobody knows that we wait. */
export async function standardInput(): Promise<string> {
  if (process.stdin.isTTY) throw new UsageError('There is nothing on stdin: pipe it in.')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new UsageError(`Stdin holds more than ${MOST_BYTES} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
