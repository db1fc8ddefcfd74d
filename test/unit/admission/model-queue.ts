import type { FairQueueLimits } from '../../../lib/admission/fair-queue.js'

export interface Member {
  readonly id: number
  readonly address: string
  readonly name: string
}

/** What FairQueue promises, said with arrays alone and without a thought of speed. */
export class ModelQueue {
  members: Member[] = []
  readonly inFlight: string[] = []
  /** The addresses and, at each, the names that take turns. */
  #rotation: { readonly address: string; names: string[] }[] = []
  /** The flows that do not, because their name has as many turns as it may. */
  #resting: { readonly address: string; readonly name: string }[] = []
  readonly #limits: FairQueueLimits

  constructor(limits: FairQueueLimits) {
    this.#limits = limits
  }

  mayBegin(name: string): boolean {
    return this.inFlight.filter((one) => one === name).length < this.#limits.maxInFlightPerName
  }

  end(name: string): void {
    this.inFlight.splice(this.inFlight.indexOf(name), 1)
    this.#settle()
  }

  /** Those of whom one may be displaced by a newcomer, each the newest of its flow; `'room'` if none need be. */
  rivals({ address, name }: Member): 'room' | Member[] {
    const own = { address: this.#at(address).length, flow: this.#of(this.#at(address), name).length }
    const ofName = this.#of(this.members, name)
    if (ofName.length >= this.#limits.maxQueuedPerName) {
      return longest(
        groups(ofName, (one) => one.address),
        own.flow + 1,
      )
    }
    if (this.members.length < this.#limits.maxQueued) return 'room'
    const crowded = groups(this.members, (one) => one.address).filter((group) => group.length > own.address + 1)
    const most = Math.max(0, ...crowded.map((group) => group.length))
    const addresses = crowded.filter((group) => group.length === most)
    return addresses.length > 0
      ? addresses.flatMap((group) =>
          longest(
            groups(group, (one) => one.name),
            0,
          ),
        )
      : longest(
          groups(this.#at(address), (one) => one.name),
          own.flow + 1,
        )
  }

  add(member: Member): void {
    const isNewFlow = this.#of(this.#at(member.address), member.name).length === 0
    this.members.push(member)
    if (isNewFlow) this.#resting.push(member)
    this.#settle()
  }

  remove(member: Member): void {
    this.members = this.members.filter((one) => one !== member)
    this.#settle()
  }

  next(): Member | undefined {
    const turn = this.#rotation.shift()
    const name = turn?.names.shift()
    if (turn === undefined || name === undefined) return undefined
    const { address } = turn
    if (turn.names.length > 0) this.#rotation.push(turn)
    const member = this.#of(this.#at(address), name)[0]
    this.members = this.members.filter((one) => one !== member)
    this.inFlight.push(name)
    if (this.#of(this.#at(address), name).length > 0) this.#resting.push({ address, name })
    this.#settle()
    return member
  }

  /** Forgets flows without members, and lets as many others take turns as may. */
  #settle(): void {
    const lives = (address: string, name: string) => this.#of(this.#at(address), name).length > 0
    for (const turn of this.#rotation) turn.names = turn.names.filter((name) => lives(turn.address, name))
    this.#rotation = this.#rotation.filter(({ names }) => names.length > 0)
    this.#resting = this.#resting.filter(({ address, name }) => lives(address, name))
    for (const flow of [...this.#resting]) {
      const { address, name } = flow
      const due = this.#rotation.filter(({ names }) => names.includes(name)).length
      const inFlight = this.inFlight.filter((one) => one === name).length
      if (due + inFlight >= this.#limits.maxInFlightPerName) continue
      this.#resting.splice(this.#resting.indexOf(flow), 1)
      const turn = this.#rotation.find((one) => one.address === address)
      if (turn === undefined) this.#rotation.push({ address, names: [name] })
      else turn.names.push(name)
    }
  }

  #at(address: string): Member[] {
    return this.members.filter((member) => member.address === address)
  }

  #of(members: readonly Member[], name: string): Member[] {
    return members.filter((member) => member.name === name)
  }
}

function groups(members: readonly Member[], by: (member: Member) => string): Member[][] {
  return [...new Set(members.map(by))].map((key) => members.filter((member) => by(member) === key))
}

/** The newest member of each of the longest groups, if these are longer than `than`. */
function longest(all: readonly Member[][], than: number): Member[] {
  const most = Math.max(0, ...all.map((group) => group.length))
  if (most <= than) return []
  return all.filter((group) => group.length === most).flatMap((group) => group.slice(-1))
}
