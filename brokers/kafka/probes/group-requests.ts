/** What probes over groups ask again and again, and groups that are ready to be asked. */
import { offsetCommit } from '../wire/messages/08-offset-commit.ts'
import { offsetFetch } from '../wire/messages/09-offset-fetch.ts'
import { joinGroup } from '../wire/messages/11-join-group.ts'
import { heartbeat } from '../wire/messages/12-heartbeat.ts'
import { leaveGroup } from '../wire/messages/13-leave-group.ts'
import { syncGroup } from '../wire/messages/14-sync-group.ts'
import { describeGroups } from '../wire/messages/15-describe-groups.ts'
import type { ProbeWorld } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'

/**
 * What a consumer says of itself (ConsumerProtocolSubscription, version 0): no topics, and some bytes of its own. Kafka looks
 * into it, and never answers a join with bytes that are none.
 */
export function subscription(own: string): Buffer {
  const bytes = Buffer.alloc(10 + own.length)
  bytes.writeInt32BE(own.length, 6)
  bytes.write(own, 10)
  return bytes
}

export const protocol = (name: string, own = name) => ({ name, metadata: subscription(own) })
export const RANGE = [protocol('range')]

export interface JoinOptions {
  readonly version?: number
  readonly memberId?: string
  readonly sessionTimeoutMs?: number
  readonly rebalanceTimeoutMs?: number
  readonly protocolType?: string
  readonly protocols?: readonly { readonly name: string; readonly metadata: Buffer }[]
  readonly groupInstanceId?: string | null
}

export function joinRequest(groupId: string, options: JoinOptions = {}) {
  return {
    groupId,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
    rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 10_000,
    memberId: options.memberId ?? '',
    groupInstanceId: options.groupInstanceId ?? null,
    protocolType: options.protocolType ?? 'consumer',
    protocols: options.protocols ?? RANGE,
  }
}

/** One that joins in version 3, where no id has to be asked for first. */
export const join = (c: ProbeClient, groupId: string, options: JoinOptions = {}) =>
  c.call(joinGroup, options.version ?? 3, joinRequest(groupId, options))

/** Sent, not waited for. */
export const joins = (c: ProbeClient, groupId: string, options: JoinOptions = {}) =>
  c.send(joinGroup, options.version ?? 3, joinRequest(groupId, options))

export interface Member {
  readonly groupId: string
  readonly memberId: string
  readonly generationId: number
}

/** What an answer to a join says of who one is now. */
export function memberOf(groupId: string, answer: Readonly<Record<string, unknown>> | undefined): Member {
  return {
    groupId,
    memberId: String(answer?.['memberId'] ?? ''),
    generationId: Number(answer?.['generationId'] ?? -1),
  }
}

export const sync = (
  c: ProbeClient,
  member: Member,
  assigned: Readonly<Record<string, string>> = {},
  version = 3,
) => c.call(syncGroup, version, syncRequest(member, assigned))

export const syncRequest = (member: Member, assigned: Readonly<Record<string, string>>) => ({
  ...member,
  assignments: Object.entries(assigned).map(([memberId, text]) => ({
    memberId,
    assignment: Buffer.from(text),
  })),
})

export const beat = (c: ProbeClient, { groupId, memberId, generationId }: Member, version = 3) =>
  c.call(heartbeat, version, { groupId, memberId, generationId, groupInstanceId: null })

export const leave = (c: ProbeClient, { groupId, memberId }: Member) =>
  c.call(leaveGroup, 1, { groupId, memberId })

export const describe = (c: ProbeClient, groupId: string, version = 4) =>
  c.call(describeGroups, version, { groups: [groupId] })

export async function newGroup(world: ProbeWorld): Promise<string> {
  const groupId = world.name('g')
  await world.coordinator(groupId)
  return groupId
}

/** A group with one member that has its assignment. */
export async function stable(c: ProbeClient, world: ProbeWorld): Promise<Member> {
  const groupId = await newGroup(world)
  const member = memberOf(groupId, await c.ask(joinGroup, 3, joinRequest(groupId)))
  await c.ask(syncGroup, 3, syncRequest(member, { [member.memberId]: 'all' }))
  return member
}

/** A group of two that is stable: the first leads. */
export async function stableTwo(c: ProbeClient, world: ProbeWorld) {
  const groupId = await newGroup(world)
  const other = await world.connect('other')
  const first = memberOf(groupId, await c.ask(joinGroup, 3, joinRequest(groupId)))
  other.send(joinGroup, 3, joinRequest(groupId))
  await c.until(heartbeat, 3, first, ({ errorCode }) => errorCode === 27)
  c.send(joinGroup, 3, joinRequest(groupId, { memberId: first.memberId }))
  const one = memberOf(groupId, await c.arrives())
  const two = memberOf(groupId, await other.arrives())
  const assigned = { [one.memberId]: 'one', [two.memberId]: 'two' }
  other.send(syncGroup, 3, syncRequest(two, {}))
  await sync(c, one, assigned)
  await other.arrives()
  return { groupId, other, one, two, assigned }
}

export interface CommitOptions {
  readonly version?: number
  readonly member?: Partial<Member>
  readonly index?: number
  readonly metadata?: string | null
  readonly leaderEpoch?: number
}

export const commit = (
  c: ProbeClient,
  groupId: string,
  name: string,
  committedOffset: number,
  options: CommitOptions = {},
) =>
  c.call(offsetCommit, options.version ?? 7, {
    groupId,
    generationId: options.member?.generationId ?? -1,
    memberId: options.member?.memberId ?? '',
    topics: [
      {
        name,
        partitions: [
          {
            index: options.index ?? 0,
            committedOffset,
            committedLeaderEpoch: options.leaderEpoch ?? -1,
            committedMetadata: options.metadata === undefined ? 'why' : options.metadata,
          },
        ],
      },
    ],
  })

export const committed = (c: ProbeClient, groupId: string, names: readonly string[] | null, version = 7) => {
  const topics = names?.map((name) => ({ name, partitions: [0] })) ?? null
  return c.call(offsetFetch, version, version < 8 ? { groupId, topics } : { groups: [{ groupId, topics }] })
}
