import { ByLength } from './by-length.js'
import { LinkedList } from './linked-list.js'
import { AddressFlows, Flow, NameFlows, type Ticket } from './queue-flows.js'

export interface FairQueueLimits {
  /** Maximum number of members. */
  readonly maxQueued: number
  /** Maximum number of members that one name has, over all addresses. */
  readonly maxQueuedPerName: number
  /** Maximum number of members of one name that are in flight, over all addresses. */
  readonly maxInFlightPerName: number
}

/**
 * A queue in which no address and no user name can crowd out the others (fair queueing, RFC 970 and RFC 7806):
 *
 * - Addresses take turns, and at one address the names take turns. Each turn serves one member.
 * - A name takes part in the turns of no more addresses at once than it may have members in flight. Logging in as one user
 *   from many addresses therefore earns no more turns than from one.
 * - When the queue is full, a newcomer displaces the newest member of the address with the most members, and there of the
 *   name with the most, provided that the newcomer's own address (or name) has fewer even with the newcomer (longest queue
 *   drop). The members of a name that has used up its share are displaced in the same way.
 *
 * Every operation takes constant time, amortised, and nothing is kept about a name or an address that has neither a member
 * nor anything in flight.
 */
export class FairQueue<T> {
  readonly #limits: FairQueueLimits
  readonly #onDisplaced: (member: T) => void
  readonly #addresses = new Map<string, AddressFlows<T>>()
  readonly #names = new Map<string, NameFlows<T>>()
  readonly #byLength = new ByLength<AddressFlows<T>>()
  /** The addresses that take turns. */
  readonly #rotation = new LinkedList<AddressFlows<T>>()
  #length = 0

  /** @param onDisplaced Called with a member that has lost its place to a newcomer. */
  constructor(limits: FairQueueLimits, onDisplaced: (member: T) => void) {
    this.#limits = limits
    this.#onDisplaced = onDisplaced
  }

  get length(): number {
    return this.#length
  }

  /** Takes note that something of this name is in flight without having waited. Returns `false` if the name must wait. */
  begin(name: string): boolean {
    const flows = this.#name(name)
    if (flows.inFlight >= this.#limits.maxInFlightPerName) return false
    flows.inFlight += 1
    return true
  }

  /** Takes note that something of this name is no longer in flight. */
  end(name: string): void {
    const flows = this.#name(name)
    flows.inFlight -= 1
    this.#makeDue(flows)
    this.#forgetIfIdle(flows)
  }

  /** Returns whether there is room for a newcomer, if necessary after displacing another member. */
  makeRoom(address: string, name: string): boolean {
    const { maxQueued, maxQueuedPerName } = this.#limits
    const atAddress = this.#addresses.get(address)
    const ofName = this.#names.get(name)
    const own = atAddress?.flows.get(name)
    if ((ofName?.length ?? 0) >= maxQueuedPerName) return this.#displace(longerThan(own, ofName?.byLength))
    if (this.#length < maxQueued) return true
    const crowded = longerThan(atAddress, this.#byLength)
    return this.#displace(crowded === undefined ? longerThan(own, atAddress?.byLength) : crowded.byLength.longest)
  }

  /** Appends a member; `makeRoom` must just have returned `true`. */
  add(member: T, address: string, name: string): Ticket<T> {
    const flow = this.#flow(this.#address(address), this.#name(name))
    const ticket = flow.members.push({ member, flow })
    this.#resize(flow, 1)
    if (flow.length === 1) flow.node = flow.name.resting.push(flow)
    this.#makeDue(flow.name)
    return ticket
  }

  /** Removes the member whose turn it is and returns it. From now on it is in flight, until `end` is called for its name. */
  next(): T | undefined {
    const address = this.#rotation.shift()
    const flow = address?.rotation.shift()
    const ticket = flow?.members.first
    if (address === undefined || flow === undefined || ticket === undefined) return undefined
    address.node = address.rotation.isEmpty ? undefined : this.#rotation.push(address)
    flow.members.remove(ticket)
    this.#resize(flow, -1)
    flow.isDue = false
    flow.name.due -= 1
    flow.name.inFlight += 1
    if (flow.length > 0) flow.node = flow.name.resting.push(flow)
    this.#makeDue(flow.name)
    this.#forgetIfEmpty(flow)
    return ticket.value.member
  }

  /** Removes a member before its turn has come. */
  leave(ticket: Ticket<T>): void {
    const { flow } = ticket.value
    flow.members.remove(ticket)
    this.#resize(flow, -1)
    if (flow.length === 0) this.#withdraw(flow)
    this.#makeDue(flow.name)
    this.#forgetIfEmpty(flow)
  }

  /** Takes a flow without members out of the rotation that it stands in. */
  #withdraw(flow: Flow<T>): void {
    const { address, name, node } = flow
    if (node === undefined) return
    if (!flow.isDue) {
      name.resting.remove(node)
      return
    }
    flow.isDue = false
    name.due -= 1
    address.rotation.remove(node)
    if (!address.rotation.isEmpty || address.node === undefined) return
    this.#rotation.remove(address.node)
    address.node = undefined
  }

  /** Lets as many flows of a name take turns as it may have members in flight. */
  #makeDue(name: NameFlows<T>): void {
    while (name.inFlight + name.due < this.#limits.maxInFlightPerName) {
      const flow = name.resting.shift()
      if (flow === undefined) return
      const { address } = flow
      name.due += 1
      flow.isDue = true
      flow.node = address.rotation.push(flow)
      address.node ??= this.#rotation.push(address)
    }
  }

  #displace(flow: Flow<T> | undefined): boolean {
    const newest = flow?.members.last
    if (newest === undefined) return false
    this.leave(newest)
    this.#onDisplaced(newest.value.member)
    return true
  }

  #resize(flow: Flow<T>, by: 1 | -1): void {
    const { address, name } = flow
    flow.length += by
    address.length += by
    name.length += by
    this.#length += by
    address.byLength.update(flow, flow.length - by)
    name.byLength.update(flow, flow.length - by)
    this.#byLength.update(address, address.length - by)
  }

  #address(key: string): AddressFlows<T> {
    const address = this.#addresses.get(key) ?? new AddressFlows<T>(key)
    this.#addresses.set(key, address)
    return address
  }

  #name(key: string): NameFlows<T> {
    const name = this.#names.get(key) ?? new NameFlows<T>(key)
    this.#names.set(key, name)
    return name
  }

  #flow(address: AddressFlows<T>, name: NameFlows<T>): Flow<T> {
    const flow = address.flows.get(name.key) ?? new Flow(address, name)
    address.flows.set(name.key, flow)
    return flow
  }

  #forgetIfEmpty({ length, address, name }: Flow<T>): void {
    if (length === 0) address.flows.delete(name.key)
    if (address.length === 0) this.#addresses.delete(address.key)
    this.#forgetIfIdle(name)
  }

  #forgetIfIdle({ key, length, inFlight }: NameFlows<T>): void {
    if (length + inFlight === 0) this.#names.delete(key)
  }
}

/** The longest of several queues, if it is longer than one of them will be with another member. */
function longerThan<Q extends { readonly length: number }>(
  own: Q | undefined,
  all: ByLength<Q> | undefined,
): Q | undefined {
  const longest = all?.longest
  return longest !== undefined && longest.length > (own?.length ?? 0) + 1 ? longest : undefined
}
