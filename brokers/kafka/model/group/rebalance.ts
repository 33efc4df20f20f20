/**
 * How a group gets from one generation to the next. In PreparingRebalance everybody joins anew; in CompletingRebalance the
 * leader hands the assignment in; then it is Stable. Without members it is Empty.
 */
import type { Clock, Timer } from '../../../clock.ts'
import type { ErrorName } from '../../wire/error-code.ts'
import { type KeptGroup, memberFromKept } from './kept-group.ts'
import {
  type JoinedMember,
  type JoinResult,
  type Member,
  metadataOf,
  NO_ASSIGNMENT,
  refusedSync,
  refuseWaiting,
  type SyncResult,
} from './member.ts'
import type { Membership } from './membership.ts'
import type { PendingMembers } from './pending-members.ts'
import type { Sessions } from './sessions.ts'

/** As Kafka's tools show it. A group that is Dead is unknown. */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'

export interface RebalanceContext {
  readonly clock: Clock
  /** How long the first rebalance of an empty group waits for more members. */
  readonly initialDelayMs: number
  /** Called whenever the state has changed. */
  readonly onState: (state: GroupState) => void
}

export class Rebalance {
  readonly #members: Membership
  readonly #pending: PendingMembers
  readonly #sessions: Sessions
  readonly #context: RebalanceContext
  #state: GroupState = 'Empty'
  #generationId = 0
  #protocolType = ''
  #protocolName: string | null = null
  /** The first rebalance of an empty group ends when its delay is over, not when all have joined. */
  #isInitial = false
  #hasGrown = false
  /** So many members end the delay, since nobody else is expected. */
  #gathering: { readonly members: number; readonly delayMs: number } | undefined
  #joinDeadline: Timer | undefined
  /** Members that have joined this generation and not asked for their assignment. */
  readonly #unsynced = new Set<string>()
  #syncDeadline: Timer | undefined

  constructor(
    parts: { members: Membership; pending: PendingMembers; sessions: Sessions },
    context: RebalanceContext,
  ) {
    this.#members = parts.members
    this.#pending = parts.pending
    this.#sessions = parts.sessions
    this.#context = context
  }

  get state(): GroupState {
    return this.#state
  }

  get generationId(): number {
    return this.#generationId
  }

  /** Stays when the members have gone; empty for a group that never had any. */
  get protocolType(): string {
    return this.#protocolType
  }

  get protocolName(): string | null {
    return this.#protocolName
  }

  /** What it was in an earlier life: stable with these members, whose sessions begin anew, or empty. */
  restore({ generationId, protocolType, protocolName, leaderId, members }: KeptGroup): void {
    this.#generationId = generationId
    this.#protocolType = protocolType
    this.#protocolName = protocolName
    this.#members.restore(members.map(memberFromKept), leaderId)
    this.#state = members.length === 0 ? 'Empty' : 'Stable'
    for (const member of this.#members) this.#sessions.renew(member)
  }

  add(member: Member, protocolType: string): void {
    this.#protocolType = protocolType
    if (this.#isInitial) this.#hasGrown = true
    this.#members.add(member)
    this.#sessions.renew(member)
    if (this.#isInitial && this.#members.size === this.#gathering?.members) return this.#completeJoin()
    this.advance()
  }

  /** The next first rebalance ends with so many members, or after this delay. */
  gather(members: number, delayMs: number): void {
    this.#gathering = { members, delayMs }
  }

  remove(member: Member): void {
    this.#sessions.end(member)
    this.#members.remove(member)
    this.#hasSynced(member.id)
    refuseWaiting(member, 'unknownMemberId', '')
  }

  /** Somebody has joined, changed or left: begins a rebalance, or ends the one under way if nobody is missing. */
  advance(): void {
    if (this.#state === 'PreparingRebalance') this.completeIfAllJoined()
    else if (this.#state !== 'Empty' || this.#members.size > 0) this.begin()
  }

  begin(): void {
    const wasEmpty = this.#state === 'Empty'
    if (this.#state === 'CompletingRebalance') this.#endSyncs()
    this.#syncDeadline?.cancel()
    this.#unsynced.clear()
    this.#enter('PreparingRebalance')
    if (wasEmpty) return this.#beginInitial()
    if (this.#haveAllJoined()) return this.#completeJoin()
    this.#joinDeadline = this.#after(this.#members.rebalanceTimeoutMs, () => this.#completeJoin())
  }

  completeIfAllJoined(): void {
    if (this.#state === 'PreparingRebalance' && !this.#isInitial && this.#haveAllJoined())
      this.#completeJoin()
  }

  /** The leader's assignment. */
  assign(assignments: ReadonlyMap<string, Buffer>): void {
    for (const member of this.#members) {
      member.assignment = Buffer.from(assignments.get(member.id) ?? NO_ASSIGNMENT)
    }
    this.#enter('Stable')
    for (const member of this.#members) {
      const { onSynced } = member
      if (onSynced === undefined) continue
      member.onSynced = undefined
      this.#sessions.renew(member)
      onSynced(this.synced(member))
    }
  }

  /** This member has asked for its assignment. */
  sync(member: Member): void {
    this.#hasSynced(member.id)
  }

  joined(member: Member): JoinResult {
    const isLeader = member.id === this.#members.leaderId
    return {
      error: 'none',
      memberId: member.id,
      generationId: this.#generationId,
      protocolType: this.#protocolType,
      protocolName: this.#protocolName,
      leader: this.#members.leaderId,
      skipAssignment: false,
      members: isLeader ? this.#joinedMembers() : [],
    }
  }

  synced({ assignment }: Member): SyncResult {
    return { error: 'none', protocolType: this.#protocolType, protocolName: this.#protocolName, assignment }
  }

  /** Ends every timer and every wait: the broker stops, or the group is deleted. */
  close(error: ErrorName): void {
    this.#joinDeadline?.cancel()
    this.#syncDeadline?.cancel()
    for (const member of this.#members) {
      this.#sessions.end(member)
      refuseWaiting(member, error)
    }
  }

  /** Waits for more members; each time that some have come it waits again, the longest rebalance timeout at most. */
  #beginInitial(): void {
    const initialDelayMs = this.#initialDelayMs
    if (initialDelayMs === 0 || this.#members.size === this.#gathering?.members) return this.#completeJoin()
    this.#isInitial = true
    this.#hasGrown = false
    this.#delay(initialDelayMs, Math.max(0, this.#members.rebalanceTimeoutMs - initialDelayMs))
  }

  #delay(ms: number, leftMs: number): void {
    this.#joinDeadline = this.#after(ms, () => {
      if (!this.#hasGrown || leftMs === 0) return this.#completeJoin()
      this.#hasGrown = false
      this.#delay(Math.min(this.#initialDelayMs, leftMs), Math.max(0, leftMs - ms))
    })
  }

  get #initialDelayMs(): number {
    return this.#gathering?.delayMs ?? this.#context.initialDelayMs
  }

  #haveAllJoined(): boolean {
    return this.#pending.size === 0 && [...this.#members].every((member) => member.onJoined !== undefined)
  }

  /** Everybody has joined, or the time is up: who is missing is out, unless it is a static member. */
  #completeJoin(): void {
    this.#joinDeadline?.cancel()
    for (const member of [...this.#members]) {
      if (member.onJoined === undefined && member.groupInstanceId === null) this.remove(member)
    }
    if (this.#members.size > 0 && !this.#members.electJoined()) {
      // Only static members are left, and none has come back: their sessions decide.
      this.#joinDeadline = this.#after(this.#members.rebalanceTimeoutMs, () => this.#completeJoin())
      return
    }
    this.#isInitial = false
    this.#gathering = undefined
    this.#generationId++
    if (this.#members.size === 0) {
      this.#protocolName = null
      return this.#enter('Empty')
    }
    this.#protocolName = this.#members.chooseProtocol()
    this.#enter('CompletingRebalance')
    // Members that joined and never ask for their assignment hold the others up (KAFKA-9752).
    this.#syncDeadline = this.#after(this.#members.rebalanceTimeoutMs, () => this.#dropUnsynced())
    for (const member of this.#members) {
      const { onJoined } = member
      member.onJoined = undefined
      member.isNew = false
      this.#unsynced.add(member.id)
      this.#sessions.renew(member)
      onJoined?.(this.joined(member))
    }
  }

  #dropUnsynced(): void {
    for (const member of [...this.#members]) if (this.#unsynced.has(member.id)) this.remove(member)
    this.begin()
  }

  #hasSynced(memberId: string): void {
    if (this.#unsynced.delete(memberId) && this.#unsynced.size === 0) this.#syncDeadline?.cancel()
  }

  /** SyncGroups of the generation that is over: their members have to join again. */
  #endSyncs(): void {
    for (const member of this.#members) {
      member.assignment = NO_ASSIGNMENT
      const { onSynced } = member
      if (onSynced === undefined) continue
      member.onSynced = undefined
      this.#sessions.renew(member)
      onSynced(refusedSync('rebalanceInProgress'))
    }
  }

  #joinedMembers(): JoinedMember[] {
    const protocolName = this.#protocolName ?? ''
    return [...this.#members].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.groupInstanceId,
      metadata: metadataOf(member, protocolName),
    }))
  }

  #enter(state: GroupState): void {
    this.#state = state
    this.#context.onState(state)
  }

  #after(ms: number, fire: () => void): Timer {
    const { clock } = this.#context
    return clock.at(clock.now() + ms, fire)
  }
}
