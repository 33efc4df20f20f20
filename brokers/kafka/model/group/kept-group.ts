/** A group as it outlives its process: what it last was when it was stable or empty, as Kafka keeps it in __consumer_offsets. */
import type { Group } from './group.ts'
import type { Member } from './member.ts'

/** Plain JSON; bytes in base64. */
export interface KeptGroup {
  readonly generationId: number
  readonly protocolType: string
  readonly protocolName: string | null
  readonly leaderId: string
  /** Since when it has had no members, on the clock of records; null: it has some. */
  readonly emptySinceMs: number | null
  readonly members: readonly KeptMember[]
}

interface KeptMember {
  readonly id: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly protocols: readonly { readonly name: string; readonly metadata: string }[]
  readonly assignment: string
}

export function keptGroup(group: Group): KeptGroup {
  const { generationId, protocolType, protocolName, members, emptySinceMs } = group
  return {
    generationId,
    protocolType,
    protocolName: members.size === 0 ? null : protocolName,
    leaderId: members.leaderId,
    emptySinceMs: emptySinceMs ?? null,
    members: [...members].map(keptMember),
  }
}

function keptMember(member: Member): KeptMember {
  const { id, groupInstanceId, clientId, clientHost, sessionTimeoutMs, rebalanceTimeoutMs } = member
  return {
    id,
    groupInstanceId,
    clientId,
    clientHost,
    sessionTimeoutMs,
    rebalanceTimeoutMs,
    protocols: member.protocols.map(({ name, metadata }) => ({
      name,
      metadata: metadata.toString('base64'),
    })),
    assignment: member.assignment.toString('base64'),
  }
}

/** A member that waits for nothing, and whose session has not begun. */
export function memberFromKept({ protocols, assignment, ...kept }: KeptMember): Member {
  return {
    ...kept,
    protocols: protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata, 'base64') })),
    assignment: Buffer.from(assignment, 'base64'),
    isNew: false,
    onJoined: undefined,
    onSynced: undefined,
    session: undefined,
  }
}
