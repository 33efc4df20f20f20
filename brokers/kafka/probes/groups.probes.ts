/** Probes over consumer groups: coordinators, members, rebalances. */
import { findCoordinator } from '../wire/messages/10-find-coordinator.ts'
import { heartbeat } from '../wire/messages/12-heartbeat.ts'
import { leaveGroup } from '../wire/messages/13-leave-group.ts'
import { syncGroup } from '../wire/messages/14-sync-group.ts'
import { describeGroups } from '../wire/messages/15-describe-groups.ts'
import { listGroups } from '../wire/messages/16-list-groups.ts'
import { deleteGroups } from '../wire/messages/42-delete-groups.ts'
import {
  beat,
  commit,
  committed,
  describe,
  join,
  joins,
  leave,
  memberOf,
  newGroup,
  protocol,
  stable,
  stableTwo,
  sync,
  syncRequest,
} from './group-requests.ts'
import type { Programs } from './probe.ts'

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
    for (let version = 0; version <= 6; version++) await describe(c, groupId, version)
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
    await c.call(describeGroups, 6, { groups: [groupId, ''] })
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
    for (let version = 0; version <= 5; version++) {
      const answer = await c.ask(listGroups, version, {})
      const found = answer.groups.find((group) => group.groupId === groupId)
      c.note(`version ${version}: ${found?.protocolType} ${found?.groupState} ${found?.groupType}`)
    }
  },
  'list: by kind': async (c, world) => {
    const { groupId } = await stable(c, world)
    const offsetsOnly = `${groupId}-offsets`
    await world.coordinator(offsetsOnly)
    await commit(c, offsetsOnly, await world.topic('t'), 1)
    for (const typesFilter of [
      [],
      ['classic'],
      ['Classic'],
      ['consumer'],
      ['classic', 'consumer'],
      ['Nonsense'],
    ]) {
      const answer = await c.ask(listGroups, 5, { typesFilter })
      const found = answer.groups.filter((group) => [groupId, offsetsOnly].includes(group.groupId))
      const kinds = found.map(({ groupType, groupState }) => `${groupType} ${groupState}`).sort()
      c.note(`${typesFilter.join() || 'all'}: error ${answer.errorCode}, ${kinds.join(', ') || 'not there'}`)
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
}
