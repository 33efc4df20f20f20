/** Probes over static members (KIP-345): an instance id that outlives its member id. */
import { offsetCommit } from '../wire/messages/08-offset-commit.ts'
import { joinGroup } from '../wire/messages/11-join-group.ts'
import { heartbeat } from '../wire/messages/12-heartbeat.ts'
import { leaveGroup } from '../wire/messages/13-leave-group.ts'
import { syncGroup } from '../wire/messages/14-sync-group.ts'
import { describeGroups } from '../wire/messages/15-describe-groups.ts'
import { joinRequest, type Member, newGroup } from './group-requests.ts'
import type { ProbeWorld, Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'

const INSTANCE = 'i1'

const join = async (
  c: ProbeClient,
  groupId: string,
  groupInstanceId: string,
  memberId = '',
): Promise<Member> => {
  const answer = await c.call(joinGroup, 5, joinRequest(groupId, { groupInstanceId, memberId }))
  return { groupId, memberId: answer?.memberId ?? '', generationId: answer?.generationId ?? -1 }
}

const sync = (c: ProbeClient, member: Member, groupInstanceId: string, text = 'all') =>
  c.call(syncGroup, 3, {
    ...member,
    groupInstanceId,
    assignments: [{ memberId: member.memberId, assignment: Buffer.from(text) }],
  })

const beat = (c: ProbeClient, member: Member, groupInstanceId: string | null) =>
  c.call(heartbeat, 3, { ...member, groupInstanceId })

const leave = (c: ProbeClient, groupId: string, memberId: string, groupInstanceId: string | null) =>
  c.call(leaveGroup, 4, { groupId, members: [{ memberId, groupInstanceId }] })

const describe = (c: ProbeClient, groupId: string) => c.call(describeGroups, 4, { groups: [groupId] })

async function stable(c: ProbeClient, world: ProbeWorld): Promise<Member> {
  const member = await join(c, await newGroup(world), INSTANCE)
  await sync(c, member, INSTANCE)
  return member
}

export const staticMemberProbes: Programs = {
  'static: joins at once and is described': async (c, world) => {
    const member = await stable(c, world)
    await describe(c, member.groupId)
    await beat(c, member, INSTANCE)
  },
  'static: comes back with a new member id, without a rebalance': async (c, world) => {
    const member = await stable(c, world)
    const again = await world.connect('again')
    const next = await join(again, member.groupId, INSTANCE)
    await sync(again, next, INSTANCE)
    await beat(c, member, INSTANCE)
    await sync(c, member, INSTANCE)
    await leave(c, member.groupId, member.memberId, INSTANCE)
    await describe(c, member.groupId)
  },
  'static: with the member id of before': async (c, world) => {
    const member = await stable(c, world)
    await join(c, member.groupId, INSTANCE, member.memberId)
  },
  'static: with a member id that is none': async (c, world) => {
    const member = await stable(c, world)
    await join(c, member.groupId, INSTANCE, 'made-up')
    await join(c, member.groupId, 'i2', 'made-up')
  },
  "static: heartbeats with another's instance, or an unknown one": async (c, world) => {
    const member = await stable(c, world)
    await beat(c, { ...member, memberId: 'made-up' }, INSTANCE)
    await beat(c, member, 'unknown')
    await beat(c, member, null)
  },
  'static: commits of who was replaced': async (c, world) => {
    const member = await stable(c, world)
    const name = await world.topic('t')
    const commit = (memberId: string) =>
      c.call(offsetCommit, 7, {
        groupId: member.groupId,
        generationId: member.generationId,
        memberId,
        groupInstanceId: INSTANCE,
        topics: [{ name, partitions: [{ index: 0, committedOffset: 5, committedMetadata: '' }] }],
      })
    await commit(member.memberId)
    await commit('made-up')
  },
  'static: is put out by its instance id': async (c, world) => {
    const member = await stable(c, world)
    await leave(c, member.groupId, '', 'unknown')
    await leave(c, member.groupId, 'made-up', INSTANCE)
    await leave(c, member.groupId, '', INSTANCE)
    await describe(c, member.groupId)
    await beat(c, member, INSTANCE)
  },
  'static: before version 5 there is none': async (c, world) => {
    const groupId = await newGroup(world)
    await c.call(joinGroup, 4, joinRequest(groupId, { groupInstanceId: INSTANCE }))
  },
}
