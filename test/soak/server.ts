import { createServer } from 'node:http'
import { soakedApplication } from './soaked-application.js'
import type { ServerPlace, ServerReport } from './server-messages.js'

// A process with the application, forked by `SoakedServer`.

const server = createServer()

process.once('message', (place: ServerPlace) => {
  process.on('message', tellHeap) // the one thing that is asked
  void serve(place)
})
process.on('disconnect', () => process.exit()) // nothing is left behind, however the soak has ended
process.on('SIGTERM', () => {
  server.close(() => process.exit())
})
tell({ type: 'ready' })

async function serve(place: ServerPlace): Promise<void> {
  const app = await soakedApplication(place, (error) => {
    tell({ type: 'error', text: String(error) })
  })
  server.on('request', app).listen(place.port, '127.0.0.1', () => {
    tell({ type: 'listening' })
  })
}

function tellHeap(): void {
  globalThis.gc?.()
  tell({ type: 'heap', bytes: process.memoryUsage().heapUsed })
}

function tell(report: ServerReport): void {
  process.send?.(report)
}
