/**
 * A consumer group of the classic protocol (KIP-62, KIP-345, KIP-394): what its members ask for, and who may ask. How a
 * generation follows the other is in `rebalance.ts`.
 *
 * Whoever waits for the others gets its answer through a callback. Sessions and rebalances run on the real time.
 */
import type { Clock } from '../../../clock.ts'
import type { Random } from '../../../random.ts'
import type { ErrorName } from '../../wire/error-code.ts'
import type { Settings } from '../settings.ts'
import type { KeptGroup } from './kept-group.ts'
import {
  hasSameProtocols,
  type JoinResult,
  type Member,
  type MemberIdentity,
  NO_ASSIGNMENT,
  type Protocol,
  refusedJoin,
  refusedSync,
  refuseWaiting,
  type SyncResult,
} from './member.ts'
import { Membership } from './membership.ts'
import { expiredOffsets, GroupOffsets, type OffsetsKeeper } from './offsets.ts'
import { PendingMembers } from './pending-members.ts'
import { type GroupState, Rebalance } from './rebalance.ts'
import { Sessions } from './sessions.ts'
import { CONSUMER, subscribedTopics } from './subscription.ts'

export interface JoinRequest extends MemberIdentity {
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly protocolType: string
  readonly protocols: readonly Protocol[]
  /** From version 4 on a new member is first told its id and joins again with it (KIP-394). */
  readonly mustKnowItsId: boolean
  /** From version 9 on the leader can be told not to assign (KIP-814). */
  readonly maySkipAssignment: boolean
}

export interface SyncRequest extends MemberIdentity {
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
}

export interface GroupContext {
  /** For sessions and rebalances. */
  readonly clock: Clock
  /** For the age of what was committed. */
  readonly recordClock: Clock
  readonly random: Random
  /** Keeps the group's commits; left out: they are in memory. */
  readonly keeper?: (groupId: string) => OffsetsKeeper
  /** Told of every change of the state. */
  onState?(group: Group): void
  /** Told when it is stable or empty, and not quite as before: what it is now outlives the process. */
  onSettled?(group: Group): void
  readonly settings: Pick<
    Settings,
    'initialRebalanceDelayMs' | 'groupSizeMax' | 'offsetsRetentionMinutes' | 'offsetsCheckMs'
  >
}

export class Group {
  readonly id: string
  readonly members = new Membership()
  readonly offsets: GroupOffsets
  readonly #pending: PendingMembers
  readonly #sessions: Sessions
  readonly #rebalance: Rebalance
  readonly #context: GroupContext
  #emptySinceMs: number | undefined

  constructor(id: string, context: GroupContext) {
    const { clock, recordClock, settings } = context
    this.id = id
    this.#context = context
    this.offsets = new GroupOffsets(context.keeper?.(id))
    this.#pending = new PendingMembers(clock, () => this.#rebalance.completeIfAllJoined())
    this.#sessions = new Sessions(clock, (member) => this.#expel(member))
    this.#rebalance = new Rebalance(
      { members: this.members, pending: this.#pending, sessions: this.#sessions },
      {
        clock,
        initialDelayMs: settings.initialRebalanceDelayMs,
        onState: (state) => {
          this.#emptySinceMs = state === 'Empty' ? recordClock.now() : undefined
          context.onState?.(this)
          if (state === 'Empty' || state === 'Stable') context.onSettled?.(this)
        },
      },
    )
  }

  /** On the clock of records; undefined while there are members, and if there never were any. */
  get emptySinceMs(): number | undefined {
    return this.#emptySinceMs
  }

  /** What it was in an earlier life. */
  restore(kept: KeptGroup): void {
    this.#emptySinceMs = kept.emptySinceMs ?? undefined
    this.#rebalance.restore(kept)
  }

  get state(): GroupState {
    return this.#rebalance.state
  }

  get generationId(): number {
    return this.#rebalance.generationId
  }

  get protocolType(): string {
    return this.#rebalance.protocolType
  }

  get protocolName(): string {
    return this.#rebalance.protocolName ?? ''
  }

  join(request: JoinRequest, answer: (result: JoinResult) => void): void {
    const { memberId } = request
    if (!this.#hasRoomFor(memberId)) {
      this.#pending.delete(memberId)
      return answer(refusedJoin('groupMaxSizeReached', ''))
    }
    if (!this.#takes(request)) return answer(refusedJoin('inconsistentGroupProtocol', memberId))
    if (memberId === '') return this.#joinUnknown(request, answer)
    if (this.#pending.has(memberId)) {
      // Static members are never told an id first; Kafka has no better answer to this one.
      if (request.groupInstanceId !== null) return answer(refusedJoin('unknownServerError', ''))
      this.#pending.delete(memberId)
      return this.#addMember(memberId, request, answer)
    }
    const error = this.members.errorOf(request)
    if (error !== 'none') return answer(refusedJoin(error, memberId))
    this.#rejoin(this.members.get(memberId) as Member, request, answer)
  }

  sync(
    request: SyncRequest,
    assignments: ReadonlyMap<string, Buffer>,
    answer: (result: SyncResult) => void,
  ): void {
    const error = this.#syncError(request)
    if (error !== 'none') return answer(refusedSync(error))
    const member = this.members.get(request.memberId) as Member
    this.#rebalance.sync(member)
    if (this.state === 'Stable') return answer(this.#rebalance.synced(member))
    member.onSynced?.(refusedSync('rebalanceInProgress'))
    member.onSynced = answer
    this.#sessions.end(member)
    if (member.id === this.members.leaderId) this.#rebalance.assign(assignments)
  }

  heartbeat(identity: MemberIdentity, generationId: number): ErrorName {
    const error = this.#memberError(identity, generationId)
    if (error !== 'none') return error
    this.#sessions.renew(this.members.get(identity.memberId) as Member)
    return this.state === 'PreparingRebalance' ? 'rebalanceInProgress' : 'none'
  }

  /** Lets members go, all before the others join anew. A static one may be named by its instance id alone. */
  leave(identities: readonly MemberIdentity[]): ErrorName[] {
    const errors = identities.map((identity) => this.#leaveOne(identity))
    if (errors.includes('none')) this.#rebalance.advance()
    return errors
  }

  /** Whether a commit of this member and generation is accepted. */
  commitError(identity: MemberIdentity, generationId: number): ErrorName {
    const { memberId, groupInstanceId } = identity
    // From an admin, or a consumer that shares its partitions out by itself.
    if (generationId < 0 && this.state === 'Empty') return 'none'
    if (generationId < 0 && memberId === '' && groupInstanceId === null) return 'unknownMemberId'
    const error = this.#memberError(identity, generationId)
    if (error !== 'none') return error
    if (this.state === 'CompletingRebalance') return 'rebalanceInProgress'
    this.#sessions.renew(this.members.get(memberId) as Member)
    return 'none'
  }

  /** Whether a member consumes this topic; a consumer group whose subscriptions can't be read counts as if. */
  isSubscribedTo(topic: string): boolean {
    if (this.protocolType !== CONSUMER) return false
    return subscribedTopics(this.members, this.#rebalance.protocolName)?.has(topic) ?? true
  }

  /** Forgets offsets that have come of age; whether nothing keeps the group any more. */
  expireOffsets(retentionMs: number): boolean {
    if (this.state !== 'Empty' && !(this.state === 'Stable' && this.protocolType === CONSUMER)) return false
    const expired = expiredOffsets(this.offsets, {
      nowMs: this.#context.recordClock.now(),
      retentionMs,
      // What a group with members committed counts from when they left.
      sinceMs: this.state === 'Empty' ? this.#emptySinceMs : undefined,
    })
    for (const { topic, partition } of expired) {
      if (!this.isSubscribedTo(topic)) this.offsets.delete(topic, partition)
    }
    return this.offsets.isEmpty && this.state === 'Empty' && this.#pending.size === 0
  }

  /** Its first members join together: see `Controls.gather`. */
  gather(members: number, delayMs: number): void {
    this.#rebalance.gather(members, delayMs)
  }

  /** Has all members join anew, as if one had come; nothing in a group without members. */
  rebalance(): void {
    if (this.members.size > 0) this.#rebalance.advance()
  }

  /** Ends a member's session as if its time were up. Gives whether there is such a member. */
  expire(memberId: string): boolean {
    const member = this.members.get(memberId)
    if (member !== undefined) this.#expel(member)
    return member !== undefined
  }

  /**
   * Another node coordinates the group from now on: whoever waits is sent there, and everybody's session begins anew.
   * A rebalance goes on at a new coordinator; Kafka goes back to what was last stable, and members join anew as well.
   */
  resign(): void {
    for (const member of this.members) {
      refuseWaiting(member, 'notCoordinator')
      this.#sessions.renew(member)
    }
  }

  /** Ends every timer and every wait: the broker stops, or the group is deleted. */
  close(): void {
    this.#pending.close()
    this.#rebalance.close('coordinatorNotAvailable')
  }

  #hasRoomFor(memberId: string): boolean {
    const sizeMax = this.#context.settings.groupSizeMax
    const member = this.members.get(memberId)
    if (this.state === 'Empty') return true
    if (this.state !== 'PreparingRebalance') return member !== undefined || this.members.size < sizeMax
    const joined = [...this.members].filter(({ onJoined }) => onJoined !== undefined).length
    return member?.onJoined !== undefined || joined < sizeMax
  }

  #takes({ protocolType, protocols }: JoinRequest): boolean {
    if (protocolType === '' || protocols.length === 0) return false
    if (this.state === 'Empty') return true
    return protocolType === this.protocolType && this.members.hasInCommon(protocols)
  }

  #joinUnknown(request: JoinRequest, answer: (result: JoinResult) => void): void {
    const { clientId, groupInstanceId } = request
    const newId = `${groupInstanceId ?? clientId}-${uuidFrom(this.#context.random)}`
    const known = groupInstanceId === null ? undefined : this.members.withInstance(groupInstanceId)
    if (known !== undefined) return this.#takeOver(known, newId, request, answer)
    if (groupInstanceId !== null || !request.mustKnowItsId) return this.#addMember(newId, request, answer)
    this.#pending.add(newId, request.sessionTimeoutMs)
    answer(refusedJoin('memberIdRequired', newId))
  }

  #addMember(id: string, request: JoinRequest, onJoined: (result: JoinResult) => void): void {
    const { groupInstanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs, protocols } = request
    this.#rebalance.add(
      {
        id,
        groupInstanceId,
        clientId,
        clientHost,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        protocols,
        assignment: NO_ASSIGNMENT,
        isNew: true,
        onJoined,
        onSynced: undefined,
        session: undefined,
      },
      request.protocolType,
    )
  }

  /** A static member that starts again takes its old place (KIP-345): whoever still speaks under its old id is fenced. */
  #takeOver(old: Member, newId: string, request: JoinRequest, answer: (result: JoinResult) => void): void {
    const oldLeaderId = this.members.leaderId
    refuseWaiting(old, 'fencedInstanceId')
    this.#sessions.end(old)
    const member: Member = { ...old, id: newId, isNew: false, session: undefined }
    update(member, request)
    this.members.replace(old, member)
    if (this.state === 'Stable' && this.members.chooseProtocol() === this.#rebalance.protocolName) {
      this.#sessions.renew(member)
      this.#context.onSettled?.(this)
      return answer(this.#toldAfterTakeOver(member, oldLeaderId, request.maySkipAssignment))
    }
    this.#waitToJoin(member, answer)
    this.#rebalance.advance()
  }

  /** A leader that came back must not assign: it is told so, or, where it can't be, told that somebody else leads. */
  #toldAfterTakeOver(member: Member, oldLeaderId: string, maySkip: boolean): JoinResult {
    const told = this.#rebalance.joined(member)
    if (maySkip) return { ...told, skipAssignment: told.leader === member.id }
    return { ...told, leader: oldLeaderId, members: [] }
  }

  #rejoin(member: Member, request: JoinRequest, answer: (result: JoinResult) => void): void {
    if (this.state === 'Empty') return answer(refusedJoin('unknownMemberId', member.id))
    const isUnchanged = hasSameProtocols(member.protocols, request.protocols)
    // A member that has not heard of the generation it is in is simply told again; the leader's joining again in a stable
    // group means that it wants to assign anew.
    const isToldAgain =
      (this.state === 'CompletingRebalance' && isUnchanged) ||
      (this.state === 'Stable' && isUnchanged && member.id !== this.members.leaderId)
    if (isToldAgain) return answer(this.#rebalance.joined(member))
    update(member, request)
    this.#waitToJoin(member, answer)
    this.#rebalance.advance()
  }

  #waitToJoin(member: Member, answer: (result: JoinResult) => void): void {
    member.onJoined?.(refusedJoin('unknownMemberId', member.id))
    member.onJoined = answer
    this.#sessions.renew(member)
  }

  #syncError(request: SyncRequest): ErrorName {
    const error = this.#memberError(request, request.generationId)
    if (error !== 'none') return error
    const { protocolType, protocolName } = request
    if (protocolType !== null && protocolType !== this.protocolType) return 'inconsistentGroupProtocol'
    if (protocolName !== null && protocolName !== this.#rebalance.protocolName)
      return 'inconsistentGroupProtocol'
    return this.state === 'PreparingRebalance' ? 'rebalanceInProgress' : 'none'
  }

  #memberError(identity: MemberIdentity, generationId: number): ErrorName {
    if (this.state === 'Empty') return 'unknownMemberId'
    const error = this.members.errorOf(identity)
    if (error !== 'none') return error
    return generationId === this.generationId ? 'none' : 'illegalGeneration'
  }

  #leaveOne(identity: MemberIdentity): ErrorName {
    const { memberId, groupInstanceId } = identity
    if (this.#pending.has(memberId)) {
      this.#pending.delete(memberId)
      return 'none'
    }
    if (memberId === '') {
      const member = groupInstanceId === null ? undefined : this.members.withInstance(groupInstanceId)
      if (member === undefined) return 'unknownMemberId'
      this.#rebalance.remove(member)
      return 'none'
    }
    const error = this.members.errorOf(identity)
    if (error === 'none') this.#rebalance.remove(this.members.get(memberId) as Member)
    return error
  }

  /** Its session is over. */
  #expel(member: Member): void {
    this.#rebalance.remove(member)
    this.#rebalance.advance()
  }
}

function update(member: Member, { protocols, sessionTimeoutMs, rebalanceTimeoutMs }: JoinRequest): void {
  member.protocols = protocols
  member.sessionTimeoutMs = sessionTimeoutMs
  member.rebalanceTimeoutMs = rebalanceTimeoutMs
}

/** A version 4 UUID from the broker's own randomness, so that a seed gives the same member ids. */
export function uuidFrom(random: Random): string {
  const bytes = Buffer.from(Array.from({ length: 16 }, () => random.below(256)))
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
