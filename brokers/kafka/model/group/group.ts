/**
 * A consumer group of the classic protocol (KIP-62, KIP-394): one rebalance after the other, each in two steps. In
 * PreparingRebalance everybody joins anew; in CompletingRebalance the leader hands the assignment in; then it is Stable.
 *
 * Whoever waits for the others gets its answer through a callback. Sessions and rebalances run on the real time.
 */
import type { Clock, Timer } from '../../../clock.ts'
import type { Random } from '../../../random.ts'
import type { ErrorName } from '../../wire/error-code.ts'
import {
  hasSameProtocols,
  type JoinResult,
  type Member,
  NO_ASSIGNMENT,
  type Protocol,
  refusedJoin,
  refusedSync,
  type SyncResult,
} from './member.ts'
import { Membership, metadataOf } from './membership.ts'
import { GroupOffsets } from './offsets.ts'

/** As Kafka's tools show it. */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'

export interface JoinRequest {
  readonly memberId: string
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly protocolType: string
  readonly protocols: readonly Protocol[]
  /** From version 4 on a new member is first told its id and joins again with it (KIP-394). */
  readonly mustKnowItsId: boolean
}

export interface GroupContext {
  readonly clock: Clock
  readonly random: Random
  /** How long the first rebalance of an empty group waits for more members. */
  readonly initialRebalanceDelayMs: number
  /** Told of every change of the state. */
  onState?(group: Group): void
}

export class Group {
  readonly id: string
  readonly members = new Membership()
  readonly offsets = new GroupOffsets()
  #stateNow: GroupState = 'Empty'
  #generationId = 0
  #protocolType = ''
  #protocolName: string | null = null
  /** Ids that were given out and have not joined yet: a rebalance waits for them, too. */
  readonly #pending = new Map<string, Timer>()
  readonly #context: GroupContext
  #rebalance: Timer | undefined
  #isDelayed = false
  #syncDeadline: Timer | undefined

  constructor(id: string, context: GroupContext) {
    this.id = id
    this.#context = context
  }

  get state(): GroupState {
    return this.#stateNow
  }

  get #state(): GroupState {
    return this.#stateNow
  }

  set #state(next: GroupState) {
    this.#stateNow = next
    this.#context.onState?.(this)
  }

  get generationId(): number {
    return this.#generationId
  }

  get protocolType(): string {
    return this.#protocolType
  }

  get protocolName(): string {
    return this.#protocolName ?? ''
  }

  join(request: JoinRequest, answer: (result: JoinResult) => void): void {
    const { memberId } = request
    if (!this.#takes(request)) return answer(refusedJoin('inconsistentGroupProtocol', memberId))
    if (memberId === '') return this.#joinUnknown(request, answer)
    if (this.#pending.has(memberId)) {
      this.#dropPending(memberId)
      return this.#addMember(memberId, request, answer)
    }
    const member = this.members.get(memberId)
    if (member === undefined) return answer(refusedJoin('unknownMemberId', memberId))
    this.#rejoin(member, request, answer)
  }

  sync(
    request: {
      memberId: string
      generationId: number
      protocolType: string | null
      protocolName: string | null
    },
    assignments: ReadonlyMap<string, Buffer>,
    answer: (result: SyncResult) => void,
  ): void {
    const error = this.#syncError(request)
    if (error !== 'none') return answer(refusedSync(error))
    const member = this.members.get(request.memberId) as Member
    if (this.#state === 'Stable') {
      this.#renewSession(member)
      return answer(this.#synced(member))
    }
    member.onSynced?.(refusedSync('rebalanceInProgress'))
    member.onSynced = answer
    member.session?.cancel()
    if (member.id === this.members.leaderId) this.#assign(assignments)
  }

  heartbeat(memberId: string, generationId: number): ErrorName {
    const member = this.members.get(memberId)
    if (member === undefined || this.#state === 'Empty') return 'unknownMemberId'
    if (generationId !== this.#generationId) return 'illegalGeneration'
    this.#renewSession(member)
    return this.#state === 'PreparingRebalance' ? 'rebalanceInProgress' : 'none'
  }

  leave(memberId: string): ErrorName {
    if (this.#pending.has(memberId)) {
      this.#dropPending(memberId)
      this.#completeIfAllJoined()
      return 'none'
    }
    const member = this.members.get(memberId)
    if (member === undefined) return 'unknownMemberId'
    this.#remove(member)
    return 'none'
  }

  /** Whether a commit with this generation and member is accepted. */
  commitError(memberId: string, generationId: number): ErrorName {
    if (generationId < 0 && this.#state === 'Empty') return 'none'
    const member = this.members.get(memberId)
    if (member === undefined) return 'unknownMemberId'
    if (generationId !== this.#generationId) return 'illegalGeneration'
    if (this.#state === 'CompletingRebalance') return 'rebalanceInProgress'
    this.#renewSession(member)
    return 'none'
  }

  /** Has all members join anew, as if one had come; nothing in a group without members. */
  rebalance(): void {
    if (this.members.size > 0) this.#prepareRebalance()
  }

  /** Ends a member's session as if its time were up. Gives whether there is such a member. */
  expire(memberId: string): boolean {
    const member = this.members.get(memberId)
    if (member !== undefined) this.#remove(member)
    return member !== undefined
  }

  /**
   * Another node coordinates the group from now on: whoever waits is sent there, and everybody's session begins anew.
   * A rebalance goes on at a new coordinator; Kafka goes back to what was last stable, and members join anew as well.
   */
  resign(): void {
    for (const member of this.members) {
      answerBoth(member, 'notCoordinator')
      this.#renewSession(member)
    }
  }

  /** Ends every timer and every wait: the broker stops, or the group is deleted. */
  close(): void {
    this.#rebalance?.cancel()
    this.#syncDeadline?.cancel()
    for (const timer of this.#pending.values()) timer.cancel()
    for (const member of this.members) {
      member.session?.cancel()
      answerBoth(member, 'coordinatorNotAvailable')
    }
  }

  #takes({ memberId, protocolType, protocols }: JoinRequest): boolean {
    if (protocolType === '' || protocols.length === 0) return false
    if (this.members.size === 0) return true
    return protocolType === this.#protocolType && this.members.hasInCommon(protocols, memberId)
  }

  #joinUnknown(request: JoinRequest, answer: (result: JoinResult) => void): void {
    const memberId = `${request.clientId}-${uuidFrom(this.#context.random)}`
    if (!request.mustKnowItsId) return this.#addMember(memberId, request, answer)
    const { clock } = this.#context
    const forget = () => {
      this.#pending.delete(memberId)
      this.#completeIfAllJoined()
    }
    this.#pending.set(memberId, clock.at(clock.now() + request.sessionTimeoutMs, forget))
    answer(refusedJoin('memberIdRequired', memberId))
  }

  #addMember(id: string, request: JoinRequest, onJoined: (result: JoinResult) => void): void {
    const { clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs, protocols } = request
    this.#protocolType = request.protocolType
    this.members.add({
      id,
      clientId,
      clientHost,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      protocols,
      assignment: NO_ASSIGNMENT,
      onJoined,
      onSynced: undefined,
      session: undefined,
    })
    this.#prepareRebalance()
  }

  #rejoin(member: Member, request: JoinRequest, answer: (result: JoinResult) => void): void {
    const isUnchanged = hasSameProtocols(member.protocols, request.protocols)
    // A member that has not heard of the generation it is in is simply told again; the leader's joining again in a stable
    // group means that it wants to assign anew.
    const isToldAgain =
      (this.#state === 'CompletingRebalance' && isUnchanged) ||
      (this.#state === 'Stable' && isUnchanged && member.id !== this.members.leaderId)
    if (isToldAgain) {
      this.#renewSession(member)
      return answer(this.#joined(member))
    }
    member.protocols = request.protocols
    member.sessionTimeoutMs = request.sessionTimeoutMs
    member.rebalanceTimeoutMs = request.rebalanceTimeoutMs
    member.onJoined?.(refusedJoin('unknownMemberId', member.id))
    member.onJoined = answer
    member.session?.cancel()
    this.#prepareRebalance()
  }

  #prepareRebalance(): void {
    if (this.#state !== 'PreparingRebalance') {
      const wasEmpty = this.#state === 'Empty'
      this.#syncDeadline?.cancel()
      this.#endSyncs()
      this.#state = 'PreparingRebalance'
      this.#isDelayed = wasEmpty && this.#context.initialRebalanceDelayMs > 0
      const { clock, initialRebalanceDelayMs } = this.#context
      const waitMs = this.#isDelayed ? initialRebalanceDelayMs : this.members.rebalanceTimeoutMs
      this.#rebalance?.cancel()
      this.#rebalance = clock.at(clock.now() + waitMs, () => this.#completeJoin())
    }
    this.#completeIfAllJoined()
  }

  /** SyncGroups of the generation that is over: their members have to join again. */
  #endSyncs(): void {
    for (const member of this.members) {
      member.assignment = NO_ASSIGNMENT
      if (member.onSynced === undefined) continue
      member.onSynced(refusedSync('rebalanceInProgress'))
      member.onSynced = undefined
      this.#renewSession(member)
    }
  }

  #completeIfAllJoined(): void {
    if (this.#state !== 'PreparingRebalance' || this.#isDelayed || this.#pending.size > 0) return
    if ([...this.members].every((member) => member.onJoined !== undefined)) this.#completeJoin()
  }

  /** Everybody has joined, or the time is up: who is missing is out. */
  #completeJoin(): void {
    this.#rebalance?.cancel()
    this.#isDelayed = false
    for (const member of [...this.members]) if (member.onJoined === undefined) this.#forget(member)
    this.#generationId++
    if (this.members.size === 0) {
      this.#state = 'Empty'
      this.#protocolName = null
      return
    }
    this.#protocolName = this.members.chooseProtocol()
    this.#state = 'CompletingRebalance'
    for (const member of this.members) {
      const { onJoined } = member
      member.onJoined = undefined
      this.#renewSession(member)
      onJoined?.(this.#joined(member))
    }
    const { clock } = this.#context
    const deadlineMs = clock.now() + this.members.rebalanceTimeoutMs
    this.#syncDeadline = clock.at(deadlineMs, () => this.#dropUnsynced())
  }

  /** Members that joined and never asked for their assignment hold the others up (KAFKA-9752). */
  #dropUnsynced(): void {
    if (this.#state !== 'CompletingRebalance') return
    for (const member of [...this.members]) if (member.onSynced === undefined) this.#forget(member)
    this.#prepareRebalance()
  }

  #assign(assignments: ReadonlyMap<string, Buffer>): void {
    this.#state = 'Stable'
    this.#syncDeadline?.cancel()
    for (const member of this.members) {
      member.assignment = Buffer.from(assignments.get(member.id) ?? NO_ASSIGNMENT)
    }
    for (const member of this.members) {
      const { onSynced } = member
      member.onSynced = undefined
      this.#renewSession(member)
      onSynced?.(this.#synced(member))
    }
  }

  #syncError(request: {
    memberId: string
    generationId: number
    protocolType: string | null
    protocolName: string | null
  }): ErrorName {
    const { memberId, generationId, protocolType, protocolName } = request
    if (!this.members.has(memberId)) return 'unknownMemberId'
    if (generationId !== this.#generationId) return 'illegalGeneration'
    if (protocolType !== null && protocolType !== this.#protocolType) return 'inconsistentGroupProtocol'
    if (protocolName !== null && protocolName !== this.#protocolName) return 'inconsistentGroupProtocol'
    return this.#state === 'PreparingRebalance' ? 'rebalanceInProgress' : 'none'
  }

  #joined(member: Member): JoinResult {
    const protocolName = this.#protocolName ?? ''
    const isLeader = member.id === this.members.leaderId
    return {
      error: 'none',
      memberId: member.id,
      generationId: this.#generationId,
      protocolType: this.#protocolType,
      protocolName,
      leader: this.members.leaderId,
      members: isLeader
        ? [...this.members].map((one) => ({ memberId: one.id, metadata: metadataOf(one, protocolName) }))
        : [],
    }
  }

  #synced({ assignment }: Member): SyncResult {
    return {
      error: 'none',
      protocolType: this.#protocolType,
      protocolName: this.#protocolName,
      assignment,
    }
  }

  /** A member that waits for an answer of ours can't send heartbeats, so its session does not run meanwhile. */
  #renewSession(member: Member): void {
    member.session?.cancel()
    if (member.onJoined !== undefined || member.onSynced !== undefined) return
    const { clock } = this.#context
    member.session = clock.at(clock.now() + member.sessionTimeoutMs, () => this.#remove(member))
  }

  #remove(member: Member): void {
    this.#forget(member)
    if (this.#state === 'PreparingRebalance') this.#completeIfAllJoined()
    else this.#prepareRebalance()
  }

  #forget(member: Member): void {
    member.session?.cancel()
    this.members.remove(member.id)
    answerBoth(member, 'unknownMemberId')
  }

  #dropPending(memberId: string): void {
    this.#pending.get(memberId)?.cancel()
    this.#pending.delete(memberId)
  }
}

function answerBoth(member: Member, error: ErrorName): void {
  const { onJoined, onSynced } = member
  member.onJoined = undefined
  member.onSynced = undefined
  onJoined?.(refusedJoin(error, member.id))
  onSynced?.(refusedSync(error))
}

/** A version 4 UUID from the broker's own randomness, so that a seed gives the same member ids. */
export function uuidFrom(random: Random): string {
  const bytes = Buffer.from(Array.from({ length: 16 }, () => random.below(256)))
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
