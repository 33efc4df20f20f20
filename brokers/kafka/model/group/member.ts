/** A member of a group, and what it is told. */
import type { Timer } from '../../../clock.ts'
import type { ErrorName } from '../../wire/error-code.ts'

export interface Protocol {
  readonly name: string
  readonly metadata: Buffer
}

export interface JoinResult {
  readonly error: ErrorName
  readonly memberId: string
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leader: string
  /** The leader is told the members and need not assign: it took the place of a static member (KIP-814). */
  readonly skipAssignment: boolean
  /** For the leader only: it does the assigning. */
  readonly members: readonly JoinedMember[]
}

export interface JoinedMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly metadata: Buffer
}

export interface SyncResult {
  readonly error: ErrorName
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignment: Buffer
}

/** Who speaks for a member: its id, and its instance id if it is a static one (KIP-345). */
export interface MemberIdentity {
  readonly memberId: string
  readonly groupInstanceId: string | null
}

export interface Member {
  readonly id: string
  /** Of a static member; null: it is a dynamic one. */
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  protocols: readonly Protocol[]
  assignment: Buffer
  /** Until its first JoinGroup is answered: it does not know its id yet, so it can't heartbeat. */
  isNew: boolean
  /** Set while its JoinGroup waits for the others. */
  onJoined: ((result: JoinResult) => void) | undefined
  /** Set while its SyncGroup waits for the leader's assignment. */
  onSynced: ((result: SyncResult) => void) | undefined
  session: Timer | undefined
}

export const NO_ASSIGNMENT = Buffer.alloc(0)

export function refusedJoin(error: ErrorName, memberId: string): JoinResult {
  return {
    error,
    memberId,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    members: [],
  }
}

export function refusedSync(error: ErrorName): SyncResult {
  return { error, protocolType: null, protocolName: null, assignment: NO_ASSIGNMENT }
}

/** Answers whatever of it waits. */
export function refuseWaiting(member: Member, error: ErrorName, memberId = member.id): void {
  const { onJoined, onSynced } = member
  member.onJoined = undefined
  member.onSynced = undefined
  onJoined?.(refusedJoin(error, memberId))
  onSynced?.(refusedSync(error))
}

export function hasSameProtocols(a: readonly Protocol[], b: readonly Protocol[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, metadata }, at) => name === b[at]?.name && metadata.equals(b[at].metadata))
  )
}

export function metadataOf(member: Member, protocolName: string): Buffer {
  return member.protocols.find(({ name }) => name === protocolName)?.metadata ?? Buffer.alloc(0)
}
