/**
 * Who leads a partition: which nodes keep a copy, which of those are in sync, and which of those leads. The controller
 * decides by these rules; what is in the logs plays no part.
 *
 * Eligible leader replicas (KIP-966) are not kept: only replicas that are in sync are elected, or any with unclean elections.
 */

/** What Kafka calls a leader that is not there. */
export const NO_LEADER = -1

export interface ElectionRules {
  /** Whether the controller has heard of the node lately. */
  isLive(nodeId: number): boolean
  /** unclean.leader.election.enable: rather a leader that lacks records than none. */
  readonly mayBeUnclean: boolean
}

/** As it is kept. */
export interface KeptLeadership {
  readonly replicas: readonly number[]
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly isr: readonly number[]
}

export class Leadership {
  #replicas: readonly number[]
  #leaderId: number
  #epoch = 0
  #isr: readonly number[]

  /** @param kept of an earlier life: whoever is in sync may lead, in a new epoch */
  constructor(replicas: readonly number[], isLive: (nodeId: number) => boolean, kept?: KeptLeadership) {
    this.#replicas = replicas
    if (kept !== undefined) {
      this.#isr = kept.isr
      this.#epoch = kept.leaderEpoch + 1
      const mayLead = [kept.leaderId, ...kept.isr]
      this.#leaderId = mayLead.find((id) => kept.isr.includes(id) && isLive(id)) ?? NO_LEADER
      return
    }
    const live = replicas.filter(isLive)
    this.#isr = live.length > 0 ? live : replicas.slice(0, 1)
    this.#leaderId = live[0] ?? NO_LEADER
  }

  /** Ids of the nodes that keep a copy; the first is the preferred leader. */
  get replicas(): readonly number[] {
    return this.#replicas
  }

  get leaderId(): number {
    return this.#leaderId
  }

  /** Counts the leaders that there have been. */
  get epoch(): number {
    return this.#epoch
  }

  /** In the order of the replicas. */
  get isr(): readonly number[] {
    return this.#isr
  }

  /** Takes a node out of the in-sync replicas. The last one stays: only it is known to have everything. */
  leave(nodeId: number): boolean {
    if (this.#isr.length === 1 || !this.#isr.includes(nodeId)) return false
    this.#isr = this.#isr.filter((id) => id !== nodeId)
    return true
  }

  /** Other nodes keep a copy from now on; who keeps none any more is not in sync. */
  assign(replicas: readonly number[]): void {
    this.#replicas = replicas
    this.#isr = replicas.filter((id) => this.#isr.includes(id))
  }

  join(nodeId: number): void {
    this.#isr = this.replicas.filter((id) => id === nodeId || this.#isr.includes(id))
  }

  /**
   * Keeps the leader if it may lead, or else takes the first replica that may: live and in sync, or merely live if that has
   * to do. An unclean leader is the only one in sync. Gives whether the leader is another one.
   */
  elect({ isLive, mayBeUnclean }: ElectionRules): boolean {
    const isClean = (id: number) => isLive(id) && this.#isr.includes(id)
    if (isClean(this.#leaderId)) return false
    const clean = this.replicas.find(isClean)
    const unclean = mayBeUnclean ? this.replicas.find(isLive) : undefined
    if (clean === undefined && unclean !== undefined) this.#isr = [unclean]
    return this.#change(clean ?? unclean ?? NO_LEADER)
  }

  /** Makes a replica that is in sync the leader. */
  lead(nodeId: number): boolean {
    return this.#change(nodeId)
  }

  #change(leaderId: number): boolean {
    if (leaderId === this.#leaderId) return false
    this.#leaderId = leaderId
    this.#epoch++
    return true
  }
}
