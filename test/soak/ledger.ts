/** What became of the requests that began in one phase: while nothing was wrong, or during one kind of fault. */
export interface Phase {
  /** How often there was such a phase. */
  times: number
  /** How long the longest fault took, in milliseconds. */
  longest: number
  requests: number
  hung: number
  status500: number
  status503: number
  /** Connections that were refused or ended without an answer. */
  cutOff: number
  /** Answers that nobody should get: sentences, once each. */
  readonly odd: Set<string>
}

/** How a session ended that should not have. */
export interface Loss {
  readonly phase: string
  /** From the first try of the refresh to the refusal, in milliseconds. */
  readonly after: number
  /** A retry within the window must get the tokens again. A later one cannot; what kept it must have been a store. */
  readonly isExpected: boolean
}

/** What happened, by phase. */
export class Ledger {
  readonly phases = new Map<string, Phase>()
  readonly losses: Loss[] = []
  /** Sessions that went on after they had been revoked. */
  revived = 0
  #current = ''
  /** When a store was disturbed: from, to, as `performance.now()` has it. */
  readonly #storeTroubles: (readonly [number, number])[] = []

  /** From now on requests belong to this phase. */
  enter(name: string): void {
    this.#current = name
    this.phase().times += 1
  }

  /** A fault of this phase is over. */
  noteFault(start: number, end: number, { ofStore }: { ofStore: boolean }): void {
    const phase = this.phase()
    phase.longest = Math.max(phase.longest, end - start)
    if (ofStore) this.#storeTroubles.push([start, end])
  }

  /** Whether a store was disturbed at some time between. */
  hadStoreTrouble(start: number, end: number): boolean {
    return this.#storeTroubles.some(([from, to]) => from < end && to > start)
  }

  get current(): string {
    return this.#current
  }

  phase(name = this.#current): Phase {
    const phase = this.phases.get(name) ?? {
      times: 0,
      longest: 0,
      requests: 0,
      hung: 0,
      status500: 0,
      status503: 0,
      cutOff: 0,
      odd: new Set(),
    }
    this.phases.set(name, phase)
    return phase
  }
}
