/** Which logins are stopped in this process, while an incident lasts. */
export class StoppedLogins {
  #areAllStopped = false
  readonly #clientIds = new Set<string>()

  get areAllStopped(): boolean {
    return this.#areAllStopped
  }

  get clientIds(): readonly string[] {
    return [...this.#clientIds]
  }

  /** @param clientId Absent for a login without a client, which only the stop for all concerns. */
  includes(clientId: string | undefined): boolean {
    return this.#areAllStopped || (clientId !== undefined && this.#clientIds.has(clientId))
  }

  /** @param clientId Absent for all. */
  stop(clientId: string | undefined): void {
    if (clientId === undefined) this.#areAllStopped = true
    else this.#clientIds.add(clientId)
  }

  /** @param clientId Absent for the stop for all: a client that was stopped by itself stays so. */
  resume(clientId: string | undefined): void {
    if (clientId === undefined) this.#areAllStopped = false
    else this.#clientIds.delete(clientId)
  }
}
