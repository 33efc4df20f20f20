/** Probes over the offsets that groups commit. */
import { offsetCommit } from '../wire/messages/08-offset-commit.ts'
import { offsetFetch } from '../wire/messages/09-offset-fetch.ts'
import { heartbeat } from '../wire/messages/12-heartbeat.ts'
import { deleteTopics } from '../wire/messages/20-delete-topics.ts'
import {
  commit,
  committed,
  describe,
  join,
  joins,
  memberOf,
  newGroup,
  stable,
  sync,
} from './group-requests.ts'
import type { Programs } from './probe.ts'

export const groupOffsetProbes: Programs = {
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
