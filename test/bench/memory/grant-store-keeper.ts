import { createHash, randomBytes } from 'node:crypto'
import { MemoryGrantStore, type GrantStore } from '../../../dist/index.js'
import { clientId, refreshTokenSeconds, scopes } from '../candidates/scenario.js'
import { subjectAt } from './subject.js'
import { TextColumn } from './text-column.js'
import type { TokenKeeper } from './token-keeper.js'

const scope = scopes.join(' ')
const idleLifetime = refreshTokenSeconds * 1000
const lifetime = 30 * 24 * 3600 * 1000
const retryWindow = 10_000

export function memoryStoreKeeper(logins: number): TokenKeeper {
  return grantStoreKeeper(new MemoryGrantStore({ maxGrants: logins }), logins)
}

/** The calls of our token endpoint on a grant store. */
export function grantStoreKeeper(store: GrantStore, logins: number): TokenKeeper {
  const ids = new TextColumn(logins, GRANT_ID_LENGTH)
  const generations = new Uint32Array(logins)
  return {
    login(index) {
      const now = Date.now()
      const subject = subjectAt(index)
      const id = grantId(subject)
      ids.set(index, id)
      const grant = {
        id,
        subject,
        clientId,
        scope,
        generation: 0,
        createdAt: now,
        rotatedAt: now,
        endsAt: now + lifetime,
        expiresAt: now + idleLifetime,
        userAgent: 'bench/1.0',
        address: addressAt(index),
      }
      const kept = store.create({ grant, age: 0, maxPerSubject: 100 })
      return 'outcome' in kept ? undefined : kept.then(() => undefined)
    },
    async refresh(index) {
      const generation = generations[index] ?? 0
      const rotation = { id: ids.get(index), clientId, generation, retryWindow, idleLifetime }
      const { outcome } = await store.rotate(rotation)
      if (outcome !== 'rotated') throw new Error(`a grant was ${outcome}, not rotated`)
      generations[index] = generation + 1
    },
  }
}

const GRANT_ID_LENGTH = 31

/** In the form of the library's own ids. */
function grantId(subject: string): string {
  const tag = createHash('sha256').update(subject).digest().subarray(0, 6)
  return Buffer.from(`${randomBytes(16).toString('base64url')}.${tag.toString('base64url')}`).toString('latin1')
}

/** One of 10,000 addresses: where users come from themselves; behind one backend they would all be one. */
function addressAt(index: number): string {
  return Buffer.from(`198.18.${(index >> 7) % 80}.${index % 125}`).toString('latin1')
}
