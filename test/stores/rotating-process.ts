import { openStore, type OpenedStore, type StorePlace } from './opened-store.js'
import type { Rotation } from '../../lib/grant-store.js'

/** What the process is told: where the grants are; then, again and again, what to ask for so many times at once. */
export type Told = { readonly place: StorePlace } | { readonly rotation: Rotation; readonly times: number }

let opened: Promise<OpenedStore> | undefined

process.on('message', (told: Told) => {
  void ('place' in told ? open(told.place) : rotate(told.rotation, told.times))
})

async function open(place: StorePlace): Promise<void> {
  await close()
  opened = openStore(place)
  await opened
  process.send?.('open')
}

async function rotate(rotation: Rotation, times: number): Promise<void> {
  const { store } = await (opened ?? Promise.reject(new Error('No store was opened.')))
  process.send?.(await Promise.all(Array.from({ length: times }, async () => store.rotate(rotation))))
}

async function close(): Promise<void> {
  await (await opened)?.close()
}

process.on('disconnect', () => {
  void close()
})
