/** Probes over consumer groups: coordinators, members, rebalances, offsets. */
import { offsetCommit } from '../wire/messages/08-offset-commit.ts'
import { offsetFetch } from '../wire/messages/09-offset-fetch.ts'
import { findCoordinator } from '../wire/messages/10-find-coordinator.ts'
import { joinGroup } from '../wire/messages/11-join-group.ts'
import { heartbeat } from '../wire/messages/12-heartbeat.ts'
import { leaveGroup } from '../wire/messages/13-leave-group.ts'
import { syncGroup } from '../wire/messages/14-sync-group.ts'
import { describeGroups } from '../wire/messages/15-describe-groups.ts'
import { listGroups } from '../wire/messages/16-list-groups.ts'
import { deleteTopics } from '../wire/messages/20-delete-topics.ts'
import { deleteGroups } from '../wire/messages/42-delete-groups.ts'
import type { ProbeWorld, Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'

/**
 * What a consumer says of itself (ConsumerProtocolSubscription, version 0): no topics, and some bytes of its own. Kafka looks
 * into it, and never answers a join with bytes that are none.
 */
function subscription(own: string): Buffer {
  const bytes = Buffer.alloc(10 + own.length)
  bytes.writeInt32BE(own.length, 6)
  bytes.write(own, 10)
  return bytes
}

const protocol = (name: string, own = name) => ({ name, metadata: subscription(own) })
const RANGE = [protocol('range')]

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
const join = (c: ProbeClient, groupId: string, options: JoinOptions = {}) =>
  c.call(joinGroup, options.version ?? 3, joinRequest(groupId, options))

/** Sent, not waited for. */
const joins = (c: ProbeClient, groupId: string, options: JoinOptions = {}) =>
  c.send(joinGroup, options.version ?? 3, joinRequest(groupId, options))

export interface Member {
  readonly groupId: string
  readonly memberId: string
  readonly generationId: number
}

/** What an answer to a join says of who one is now. */
function memberOf(groupId: string, answer: Readonly<Record<string, unknown>> | undefined): Member {
  return {
    groupId,
    memberId: String(answer?.['memberId'] ?? ''),
    generationId: Number(answer?.['generationId'] ?? -1),
  }
}

const sync = (c: ProbeClient, member: Member, assigned: Readonly<Record<string, string>> = {}, version = 3) =>
  c.call(syncGroup, version, syncRequest(member, assigned))

const syncRequest = (member: Member, assigned: Readonly<Record<string, string>>) => ({
  ...member,
  assignments: Object.entries(assigned).map(([memberId, text]) => ({
    memberId,
    assignment: Buffer.from(text),
  })),
})

const beat = (c: ProbeClient, { groupId, memberId, generationId }: Member, version = 3) =>
  c.call(heartbeat, version, { groupId, memberId, generationId, groupInstanceId: null })

const leave = (c: ProbeClient, { groupId, memberId }: Member) => c.call(leaveGroup, 1, { groupId, memberId })

const describe = (c: ProbeClient, groupId: string, version = 4) =>
  c.call(describeGroups, version, { groups: [groupId] })

export async function newGroup(world: ProbeWorld): Promise<string> {
  const groupId = world.name('g')
  await world.coordinator(groupId)
  return groupId
}

/** A group with one member that has its assignment. */
async function stable(c: ProbeClient, world: ProbeWorld): Promise<Member> {
  const groupId = await newGroup(world)
  const member = memberOf(groupId, await c.ask(joinGroup, 3, joinRequest(groupId)))
  await c.ask(syncGroup, 3, syncRequest(member, { [member.memberId]: 'all' }))
  return member
}

/** A group of two that is stable: the first leads. */
async function stableTwo(c: ProbeClient, world: ProbeWorld) {
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

interface CommitOptions {
  readonly version?: number
  readonly member?: Partial<Member>
  readonly index?: number
  readonly metadata?: string | null
  readonly leaderEpoch?: number
}

const commit = (
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

const committed = (c: ProbeClient, groupId: string, names: readonly string[] | null, version = 7) => {
  const topics = names?.map((name) => ({ name, partitions: [0] })) ?? null
  return c.call(offsetFetch, version, version < 8 ? { groupId, topics } : { groups: [{ groupId, topics }] })
}

export const groupProbes: Programs = {
  'coordinator: of a group, told by version': async (c, world) => {
    const key = await newGroup(world)
    for (let version = 0; version <= 3; version++) await c.call(findCoordinator, version, { key })
    await c.call(findCoordinator, 4, { coordinatorKeys: [key, `${key}2`] })
  },
  'coordinator: of no name': async (c, world) => {
    await newGroup(world)
    await c.call(findCoordinator, 2, { key: '' })
    await c.call(findCoordinator, 4, { coordinatorKeys: [''] })
    await c.call(findCoordinator, 4, { coordinatorKeys: [] })
  },
  'coordinator: of a kind that nobody knows': async (c, world) => {
    const key = await newGroup(world)
    await c.call(findCoordinator, 2, { key, keyType: 5 })
    await (await world.connect('v4')).call(findCoordinator, 4, { coordinatorKeys: [key], keyType: 5 })
  },
  'join: before version 4 at once': async (_c, world) => {
    const groupId = await newGroup(world)
    for (const version of [0, 1, 2, 3]) {
      const one = await world.connect(`v${version}`)
      await join(one, `${groupId}${version}`, { version })
    }
  },
  'join: from version 4 on an id has to be asked for first': async (c, world) => {
    const groupId = await newGroup(world)
    for (const version of [4, 5, 6, 7, 8, 9]) {
      const first = await join(c, `${groupId}${version}`, { version })
      await join(c, `${groupId}${version}`, { version, memberId: String(first?.['memberId']) })
    }
  },
  'join: a group without a name': async (c, world) => {
    await newGroup(world)
    await join(c, '')
    await join(c, '', { version: 9 })
  },
  'join: a session that is too short or too long': async (_c, world) => {
    const groupId = await newGroup(world)
    for (const sessionTimeoutMs of [5_999, 6_000, 1_800_001, 0, -1]) {
      const one = await world.connect(String(sessionTimeoutMs))
      await join(one, `${groupId}${sessionTimeoutMs}`, { sessionTimeoutMs })
    }
  },
  'join: with an id that nobody was given': async (c, world) => {
    const groupId = await newGroup(world)
    await join(c, groupId, { memberId: 'made-up' })
    const member = await stable(c, world)
    await join(c, member.groupId, { memberId: 'made-up' })
  },
  'join: without protocols': async (c, world) => {
    const groupId = await newGroup(world)
    await join(c, groupId, { protocols: [] })
    await join(c, groupId, { protocolType: '' })
  },
  'join: another type or other protocols than the group has': async (c, world) => {
    const { groupId } = await stable(c, world)
    const other = await world.connect('other')
    await join(other, groupId, { protocolType: 'connect' })
    await join(other, groupId, { protocols: [protocol('sticky')] })
  },
  'join: the members agree on what the most of them like best': async (c, world) => {
    const groupId = await newGroup(world)
    const both = [protocol('sticky'), protocol('range')]
    const member = memberOf(groupId, await join(c, groupId, { protocols: both }))
    const other = await world.connect('other')
    await sync(c, member, { [member.memberId]: 'all' })
    joins(other, groupId, { protocols: both.toReversed().slice(0, 1) })
    await c.until(heartbeat, 3, member, ({ errorCode }) => errorCode === 27)
    await join(c, groupId, { memberId: member.memberId, protocols: both })
    await other.arrives()
  },
  'join: a second one makes the first join again': async (c, world) => {
    await stableTwo(c, world)
  },
  'join: again by a follower with the same is answered at once': async (c, world) => {
    const { groupId, other, two, one } = await stableTwo(c, world)
    await join(other, groupId, { memberId: two.memberId })
    await beat(c, one)
  },
  'join: again by the leader rebalances': async (c, world) => {
    const { groupId, other, one, two } = await stableTwo(c, world)
    joins(c, groupId, { memberId: one.memberId })
    await other.until(heartbeat, 3, two, ({ errorCode }) => errorCode === 27)
    await join(other, groupId, { memberId: two.memberId })
    await c.arrives()
  },
  'join: again by a follower with something else rebalances': async (c, world) => {
    const { groupId, other, one, two } = await stableTwo(c, world)
    joins(other, groupId, { memberId: two.memberId, protocols: [protocol('range', 'new')] })
    await c.until(heartbeat, 3, one, ({ errorCode }) => errorCode === 27)
    await join(c, groupId, { memberId: one.memberId })
    await other.arrives()
  },
  'join: who does not join again in time is out': async (c, world) => {
    const groupId = await newGroup(world)
    const slow = await world.connect('slow')
    const member = memberOf(groupId, await join(slow, groupId, { rebalanceTimeoutMs: 500 }))
    await sync(slow, member, { [member.memberId]: 'all' })
    await join(c, groupId, { rebalanceTimeoutMs: 500 })
    await beat(slow, member)
  },
  'sync: the assignment that the leader gave': async (c, world) => {
    const groupId = await newGroup(world)
    const member = memberOf(groupId, await join(c, groupId))
    await sync(c, member, { [member.memberId]: 'mine' })
    await sync(c, member)
    await beat(c, member)
  },
  'sync: told by version': async (c, world) => {
    const groupId = await newGroup(world)
    const member = memberOf(groupId, await join(c, groupId))
    for (let version = 0; version <= 4; version++)
      await sync(c, member, { [member.memberId]: 'mine' }, version)
    await c.call(syncGroup, 5, {
      ...syncRequest(member, {}),
      protocolType: 'consumer',
      protocolName: 'range',
    })
  },
  "sync: with a type or a protocol that is not the group's": async (c, world) => {
    const member = await stable(c, world)
    for (const [protocolType, protocolName] of [
      ['connect', 'range'],
      ['consumer', 'sticky'],
      [null, null],
    ] as const)
      await c.call(syncGroup, 5, { ...syncRequest(member, {}), protocolType, protocolName })
  },
  'sync: of an unknown group, an unknown member, another generation': async (c, world) => {
    const member = await stable(c, world)
    await sync(c, { ...member, groupId: `${member.groupId}2` })
    await sync(c, { ...member, memberId: 'made-up' })
    await sync(c, { ...member, generationId: 7 })
    await sync(c, { ...member, groupId: '' })
  },
  'sync: while the others are joining': async (c, world) => {
    const member = await stable(c, world)
    const other = await world.connect('other')
    joins(other, member.groupId)
    await c.until(heartbeat, 3, member, ({ errorCode }) => errorCode === 27)
    await sync(c, member)
  },
  'sync: a follower waits for the leader': async (c, world) => {
    const { groupId, other, one, two } = await stableTwo(c, world)
    joins(c, groupId, { memberId: one.memberId })
    await other.until(heartbeat, 3, two, ({ errorCode }) => errorCode === 27)
    const again = memberOf(groupId, await join(other, groupId, { memberId: two.memberId }))
    const led = memberOf(groupId, await c.arrives())
    other.send(syncGroup, 3, syncRequest(again, {}))
    await other.silence()
    await sync(c, led, { [two.memberId]: 'for the other only' })
    await other.arrives()
  },
  'sync: a follower that waits is told of the next rebalance': async (c, world) => {
    const { groupId, other, one, two } = await stableTwo(c, world)
    joins(c, groupId, { memberId: one.memberId })
    await other.until(heartbeat, 3, two, ({ errorCode }) => errorCode === 27)
    const again = memberOf(groupId, await join(other, groupId, { memberId: two.memberId }))
    await c.arrives()
    other.send(syncGroup, 3, syncRequest(again, {}))
    joins(c, groupId, { memberId: one.memberId, protocols: [protocol('range', 'new')] })
    await other.arrives()
  },
  'heartbeat: told by version': async (c, world) => {
    const member = await stable(c, world)
    for (let version = 0; version <= 4; version++) await beat(c, member, version)
  },
  'heartbeat: of an unknown group, an unknown member, another generation': async (c, world) => {
    const member = await stable(c, world)
    await beat(c, { ...member, groupId: `${member.groupId}2` })
    await beat(c, { ...member, memberId: 'made-up' })
    await beat(c, { ...member, memberId: '' })
    await beat(c, { ...member, generationId: 0 })
    await beat(c, { ...member, generationId: 2 })
    await beat(c, { ...member, groupId: '' })
  },
  'heartbeat: before the assignment is there': async (c, world) => {
    const groupId = await newGroup(world)
    const member = memberOf(groupId, await join(c, groupId))
    await beat(c, member)
  },
  'heartbeat: while the others are joining': async (c, world) => {
    const member = await stable(c, world)
    joins(await world.connect('other'), member.groupId)
    await c.until(heartbeat, 3, member, ({ errorCode }) => errorCode === 27)
    await beat(c, member)
  },
  'heartbeat: a session that ends takes the member out': async (c, world) => {
    const groupId = await newGroup(world)
    const member = memberOf(groupId, await join(c, groupId, { sessionTimeoutMs: 6_000 }))
    await sync(c, member, { [member.memberId]: 'all' })
    await c.until(describeGroups, 4, { groups: [groupId] }, ({ groups }) => groups[0]?.groupState === 'Empty')
    await beat(c, member)
    await describe(c, groupId)
  },
  'leave: the last member leaves the group empty': async (c, world) => {
    const member = await stable(c, world)
    await leave(c, member)
    await describe(c, member.groupId)
    await beat(c, member)
    await leave(c, member)
  },
  'leave: told by version': async (c, world) => {
    for (const version of [0, 1, 2]) {
      const { groupId, memberId } = await stable(await world.connect('m'), world)
      await c.call(leaveGroup, version, { groupId, memberId })
    }
  },
  'leave: several at once, some of them unknown': async (c, world) => {
    const { groupId, one, two } = await stableTwo(c, world)
    const members = [one.memberId, 'made-up', two.memberId].map((memberId) => ({
      memberId,
      groupInstanceId: null,
    }))
    for (const version of [3, 5]) await c.call(leaveGroup, version, { groupId, members })
    await describe(c, groupId)
  },
  'leave: an unknown group': async (c, world) => {
    const groupId = await newGroup(world)
    await c.call(leaveGroup, 1, { groupId, memberId: 'm' })
    await c.call(leaveGroup, 3, { groupId, members: [{ memberId: 'm', groupInstanceId: null }] })
    await c.call(leaveGroup, 1, { groupId: '', memberId: 'm' })
  },
  'leave: of one makes the other join again': async (c, world) => {
    const { groupId, other, one, two } = await stableTwo(c, world)
    await leave(other, two)
    await beat(c, one)
    await join(c, groupId, { memberId: one.memberId })
  },
  'leave: of the leader makes the other lead': async (c, world) => {
    const { groupId, other, one, two } = await stableTwo(c, world)
    await leave(c, one)
    await join(other, groupId, { memberId: two.memberId })
  },
  'describe: in every version': async (c, world) => {
    const { groupId } = await stable(c, world)
    for (let version = 0; version <= 5; version++) await describe(c, groupId, version)
  },
  'describe: with what one may do': async (c, world) => {
    const { groupId } = await stable(c, world)
    await c.call(describeGroups, 4, { groups: [groupId], includeAuthorizedOperations: true })
  },
  'describe: an unknown group, no group, the same twice': async (c, world) => {
    const groupId = await newGroup(world)
    await c.call(describeGroups, 5, { groups: [groupId, groupId] })
    await c.call(describeGroups, 5, { groups: [] })
    await c.call(describeGroups, 5, { groups: [''] })
  },
  'describe: before the assignment is there': async (c, world) => {
    const groupId = await newGroup(world)
    await join(c, groupId)
    await describe(c, groupId)
  },
  'describe: while the others are joining': async (c, world) => {
    const member = await stable(c, world)
    joins(await world.connect('other'), member.groupId)
    await c.until(heartbeat, 3, member, ({ errorCode }) => errorCode === 27)
    await describe(c, member.groupId)
  },
  'describe: a group that only has offsets': async (c, world) => {
    const groupId = await newGroup(world)
    await commit(c, groupId, await world.topic('t'), 1)
    await describe(c, groupId)
  },
  'describe: while an id is asked for and not used yet': async (c, world) => {
    const groupId = await newGroup(world)
    await join(c, groupId, { version: 4 })
    await describe(c, groupId)
  },
  'list: by state': async (c, world) => {
    const { groupId } = await stable(c, world)
    const ask = async (statesFilter: readonly string[]) => {
      const answer = await c.ask(listGroups, 4, { statesFilter })
      const found = answer.groups.find((group) => group.groupId === groupId)
      c.note(
        `${statesFilter.join() || 'all'}: error ${answer.errorCode}, ${found === undefined ? 'not there' : `${found.protocolType} ${found.groupState}`}`,
      )
    }
    for (const states of [[], ['Stable'], ['stable'], ['Empty'], ['Empty', 'Stable'], ['Nonsense']])
      await ask(states)
  },
  'list: in every version': async (c, world) => {
    const { groupId } = await stable(c, world)
    for (let version = 0; version <= 4; version++) {
      const answer = await c.ask(listGroups, version, {})
      const found = answer.groups.find((group) => group.groupId === groupId)
      c.note(`version ${version}: ${found?.protocolType} ${found?.groupState}`)
    }
  },
  'delete: groups in every state': async (c, world) => {
    const member = await stable(c, world)
    const { groupId } = member
    await c.call(deleteGroups, 2, { groups: [groupId, `${groupId}2`, ''] })
    await leave(c, member)
    await c.call(deleteGroups, 0, { groups: [groupId] })
    await describe(c, groupId)
    await c.call(deleteGroups, 1, { groups: [groupId] })
  },
  'delete: the same group twice': async (c, world) => {
    const groupId = await newGroup(world)
    await commit(c, groupId, await world.topic('t'), 1)
    await c.call(deleteGroups, 2, { groups: [groupId, groupId] })
  },
  'delete: its offsets go with it': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    await commit(c, groupId, name, 1)
    await c.call(deleteGroups, 2, { groups: [groupId] })
    await committed(c, groupId, [name])
  },
  'commit: told by version': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    for (let version = 2; version <= 8; version++) await commit(c, groupId, name, version, { version })
    for (let version = 1; version <= 8; version++) await committed(c, groupId, [name], version)
  },
  'commit: of a member': async (c, world) => {
    const member = await stable(c, world)
    const name = await world.topic('t')
    await commit(c, member.groupId, name, 5, { member, leaderEpoch: 0 })
    await committed(c, member.groupId, [name])
  },
  'commit: of who is no member, while there are members': async (c, world) => {
    const member = await stable(c, world)
    const { groupId } = member
    const name = await world.topic('t')
    await commit(c, groupId, name, 5)
    await commit(c, groupId, name, 5, { member: { memberId: 'made-up', generationId: 1 } })
    await commit(c, groupId, name, 5, { member: { ...member, generationId: 7 } })
    await commit(c, groupId, name, 5, { member: { memberId: member.memberId, generationId: -1 } })
    await commit(c, groupId, name, 5, { member: { memberId: '', generationId: 1 } })
  },
  'commit: with a generation, when nobody is there': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    await commit(c, groupId, name, 5, { member: { memberId: 'm', generationId: 1 } })
    await commit(c, groupId, name, 5)
    await commit(c, groupId, name, 5, { member: { memberId: 'm', generationId: 1 } })
    await commit(c, groupId, name, 5, { member: { memberId: 'm', generationId: -1 } })
  },
  'commit: before the assignment is there, and while the others are joining': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    const member = memberOf(groupId, await join(c, groupId))
    await commit(c, groupId, name, 5, { member })
    await sync(c, member, { [member.memberId]: 'all' })
    joins(await world.connect('other'), groupId)
    await c.until(heartbeat, 3, member, ({ errorCode }) => errorCode === 27)
    await commit(c, groupId, name, 6, { member })
    await committed(c, groupId, [name])
  },
  'commit: to a topic or partition that is not there': async (c, world) => {
    const groupId = await newGroup(world)
    await commit(c, groupId, world.name('unknown'), 5)
    await commit(c, groupId, await world.topic('t'), 5, { index: 4 })
  },
  'commit: words that are too long, empty, or null': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    for (const metadata of ['x'.repeat(4096), 'x'.repeat(4097), 'ü'.repeat(4096), '', null]) {
      await commit(c, groupId, name, 5, { metadata })
      await committed(c, groupId, [name])
    }
  },
  'commit: offsets that no log has': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    for (const offset of [1_000_000, -1, -2]) {
      await commit(c, groupId, name, offset)
      await committed(c, groupId, [name])
    }
  },
  'commit: for a group without a name': async (c, world) => {
    await newGroup(world)
    await commit(c, '', await world.topic('t'), 5)
  },
  'commit: nothing': async (c, world) => {
    const groupId = await newGroup(world)
    await c.call(offsetCommit, 7, { groupId, topics: [] })
    await describe(c, groupId)
  },
  'committed: of a group that nobody knows': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    for (const version of [1, 5, 7, 8]) await committed(c, groupId, [name], version)
    for (const version of [2, 8]) await committed(c, groupId, null, version)
  },
  'committed: of everything that the group has': async (c, world) => {
    const groupId = await newGroup(world)
    await commit(c, groupId, await world.topic('t'), 1)
    for (const version of [2, 5, 8]) await committed(c, groupId, null, version)
    await committed(c, groupId, [])
  },
  'committed: of a topic that is not there': async (c, world) => {
    const groupId = await newGroup(world)
    await committed(c, groupId, [world.name('unknown')])
  },
  'committed: several groups at once': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    await commit(c, groupId, name, 3)
    const topics = [{ name, partitions: [0, 7] }]
    await c.call(offsetFetch, 8, {
      groups: [
        { groupId, topics },
        { groupId: `${groupId}2`, topics },
        { groupId, topics: null },
      ],
      requireStable: true,
    })
  },
  'committed: after the topic was deleted': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    await commit(c, groupId, name, 3)
    await c.ask(deleteTopics, 5, { topicNames: [name], timeoutMs: 5_000 })
    await c.until(
      offsetFetch,
      5,
      { groupId, topics: [{ name, partitions: [0] }] },
      ({ topics }) => topics[0]?.partitions[0]?.committedOffset === -1,
    )
    await committed(c, groupId, null)
  },
}
