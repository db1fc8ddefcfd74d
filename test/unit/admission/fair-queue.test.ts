import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { FairQueue, type FairQueueLimits } from '../../../lib/admission/fair-queue.js'
import { SeededRandom } from '../../stores/seeded-random.js'
import { ModelQueue, type Member } from './model-queue.js'

const SEED = Number(process.env['SEED'] ?? (process.env['CI'] === undefined ? randomInt(2 ** 31) : 12))
/** How often each thing happened. */
type Seen = Record<'begun' | 'added' | 'displaced' | 'refused' | 'served' | 'left' | 'rested', number>

const WALKS = 10
const STEPS = 1_000

/** A queue of `address/name` with the numbers in which they came. */
function newQueue(limits: Partial<FairQueueLimits> = {}) {
  const displaced: string[] = []
  const queue = new FairQueue<string>(
    { maxQueued: 100, maxQueuedPerName: 100, maxInFlightPerName: 100, ...limits },
    (member) => displaced.push(member),
  )
  let count = 0
  const add = (flow: string) => {
    const [address = '', name = ''] = flow.split('/')
    if (!queue.makeRoom(address, name)) return undefined
    return queue.add(`${flow} ${++count}`, address, name)
  }
  const all = () => {
    const members: string[] = []
    for (let member = queue.next(); member !== undefined; member = queue.next()) {
      members.push(member)
      queue.end(member.replace(/^.*\/(.*) .*$/, '$1'))
    }
    return members
  }
  return { queue, displaced, add, all }
}

test('Addresses take turns, and names at one address.', () => {
  const { add, all } = newQueue()
  for (const flow of ['A/a', 'A/a', 'A/a', 'A/b', 'B/c', 'B/c']) add(flow)
  expect(all()).toEqual(['A/a 1', 'B/c 5', 'A/b 4', 'B/c 6', 'A/a 2', 'A/a 3'])
})

test('One name earns no more turns from many addresses than from one.', () => {
  const { add, all } = newQueue({ maxInFlightPerName: 1 })
  for (const address of ['A', 'B', 'C', 'D']) add(`${address}/flood`)
  add('E/honest')
  add('F/user')
  expect(all()).toEqual(['A/flood 1', 'E/honest 5', 'F/user 6', 'B/flood 2', 'C/flood 3', 'D/flood 4'])
})

test('A name that has as many in flight as it may lets the others pass, and goes on when one of them ends.', () => {
  const { queue, add } = newQueue({ maxInFlightPerName: 2 })
  expect([queue.begin('a'), queue.begin('a'), queue.begin('a')]).toEqual([true, true, false])
  add('A/a')
  add('A/b')
  expect([queue.next(), queue.next()]).toEqual(['A/b 2', undefined])
  queue.end('a')
  expect(queue.next()).toBe('A/a 1')
})

test('In a full queue a newcomer displaces the newest of the name that has most at the address that has most.', () => {
  const { add, displaced } = newQueue({ maxQueued: 7 })
  for (const flow of ['A/a', 'A/b', 'A/b', 'A/b', 'A/a', 'B/c', 'B/c']) expect(add(flow)).toBeDefined()
  expect(add('C/d')).toBeDefined()
  expect(displaced).toEqual(['A/b 4'])
  expect(add('C/d')).toBeDefined()
  expect(displaced).toHaveLength(2)
  expect(displaced[1]).toMatch(/^A\/[ab] [35]$/)
  // Three, two and two: nobody has more than the newcomer's address would have.
  expect(add('B/c')).toBeUndefined()
  expect(add('C/d')).toBeUndefined()
  // Within its own address a name that has less still does.
  expect(add('C/e')).toBeDefined()
  expect(displaced[2]).toBe('C/d 9')
})

test('An address alone can fill the whole queue, and there too a name gives way to those who have less.', () => {
  const { queue, add, displaced } = newQueue({ maxQueued: 6 })
  for (let time = 0; time < 6; time++) add('A/flood')
  expect(add('A/flood')).toBeUndefined()
  for (const name of ['b', 'c', 'd']) expect(add(`A/${name}`)).toBeDefined()
  expect(displaced).toEqual(['A/flood 6', 'A/flood 5', 'A/flood 4'])
  expect(queue.length).toBe(6)
})

test('A name whose share is used up gives the place of its most crowded address to a newcomer of the same name.', () => {
  const { queue, add, displaced } = newQueue({ maxQueuedPerName: 3 })
  for (const flow of ['A/a', 'A/a', 'A/a']) add(flow)
  expect(add('A/a')).toBeUndefined()
  expect(add('B/a')).toBeDefined()
  expect(displaced).toEqual(['A/a 3'])
  expect(add('B/a')).toBeUndefined()
  expect(add('C/a')).toBeDefined()
  expect(add('D/a')).toBeUndefined()
  expect(queue.length).toBe(3)
})

test(`It does in ${WALKS} walks of ${STEPS} random acts what the model does (SEED=${SEED}).`, () => {
  const random = new SeededRandom(SEED)
  const seen: Seen = { begun: 0, added: 0, displaced: 0, refused: 0, served: 0, left: 0, rested: 0 }
  for (let walk = 0; walk < WALKS; walk++) walkAtRandom(random, seen, walk)
  for (const [what, times] of Object.entries(seen)) expect(times, `${what}: SEED=${SEED}`).toBeGreaterThan(20)
})

function walkAtRandom(random: SeededRandom, seen: Seen, walk: number): void {
  const concurrency = 1 + random.below(4)
  const limits = {
    maxQueued: 12,
    maxQueuedPerName: 1 + random.below(8),
    maxInFlightPerName: Math.ceil(concurrency / 2),
  }
  const displaced: Member[] = []
  const queue = new FairQueue<Member>(limits, (member) => displaced.push(member))
  const model = new ModelQueue(limits)
  const tickets = new Map<Member, ReturnType<typeof queue.add>>()

  const arrive = (member: Member) => {
    if (model.inFlight.length < concurrency) {
      const mayBegin = model.mayBegin(member.name)
      expect(queue.begin(member.name)).toBe(mayBegin)
      if (mayBegin) {
        model.inFlight.push(member.name)
        seen.begun++
        return
      }
      seen.rested++
    }
    const rivals = model.rivals(member)
    const hasRoom = queue.makeRoom(member.address, member.name)
    expect(hasRoom).toBe(rivals === 'room' || rivals.length > 0)
    if (!hasRoom) {
      seen.refused++
      return
    }
    const gone = displaced.pop()
    if (rivals === 'room') expect(gone).toBeUndefined()
    else {
      if (gone === undefined) throw new Error('Nobody was displaced.')
      expect(rivals).toContain(gone)
      model.remove(gone)
      seen.displaced++
    }
    tickets.set(member, queue.add(member, member.address, member.name))
    model.add(member)
    seen.added++
  }

  const end = () => {
    const name = random.oneOf(model.inFlight)
    if (name === undefined) return
    queue.end(name)
    model.end(name)
    const next = model.next()
    expect(queue.next()).toBe(next)
    if (next !== undefined) seen.served++
  }

  const leave = () => {
    const member = random.oneOf(model.members)
    const ticket = member && tickets.get(member)
    if (member === undefined || ticket === undefined) return
    queue.leave(ticket)
    model.remove(member)
    seen.left++
  }

  for (let step = 0; step < STEPS; step++) {
    try {
      const act = random.below(10)
      // One name and one address come far more often than the others.
      const rarely = (most: number) => (random.below(2) === 0 ? 0 : random.below(most))
      if (act < 5) arrive({ id: step, address: `address ${rarely(5)}`, name: `name ${rarely(6)}` })
      else if (act < 9) end()
      else leave()
      expect(queue.length).toBe(model.members.length)
    } catch (error) {
      throw new Error(`Step ${step} of walk ${walk} differs: SEED=${SEED}`, { cause: error })
    }
  }
}
