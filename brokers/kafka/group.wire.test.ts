/** Consumer groups by raw requests: static members, which kafkajs has not, and what is refused. As Kafka 4.3.1 answers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Kafka, startKafka } from './kafka.ts'
import { type RawClient, rawConnect } from './raw-client.ts'
import { offsetCommit } from './wire/messages/08-offset-commit.ts'
import { joinGroup } from './wire/messages/11-join-group.ts'
import { heartbeat } from './wire/messages/12-heartbeat.ts'
import { leaveGroup } from './wire/messages/13-leave-group.ts'
import { syncGroup } from './wire/messages/14-sync-group.ts'
import { describeGroups } from './wire/messages/15-describe-groups.ts'
import { listGroups } from './wire/messages/16-list-groups.ts'
import { createTopics } from './wire/messages/19-create-topics.ts'
import { offsetDelete } from './wire/messages/47-offset-delete.ts'

/** As consumers say it: subscribed to `t`. */
const subscription = Buffer.from('\0\0\0\0\0\x01\0\x01t\xff\xff\xff\xff', 'latin1')

let broker: Kafka
let client: RawClient
let names = 0
beforeAll(async () => {
  broker = await startKafka({ config: { 'offsets.retention.minutes': 60 } })
  const [host = '', port] = broker.brokers[0]?.split(':') ?? []
  client = await rawConnect({ host, port: Number(port) })
  const topics = ['t', 'other'].map((name) => ({
    name,
    numPartitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: [],
  }))
  await client.call(createTopics, 5, { topics, timeoutMs: 1_000 })
})
afterAll(async () => {
  client.cut()
  await broker.stop()
})

const newGroup = () => `group-${++names}`
const join = (
  groupId: string,
  version: number,
  own: { memberId?: string; groupInstanceId?: string | null } = {},
) =>
  client.call(joinGroup, version, {
    groupId,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    memberId: '',
    groupInstanceId: null,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscription }],
    ...own,
  })
const sync = (groupId: string, memberId: string, assignment: string | null = null) =>
  client.call(syncGroup, 3, {
    groupId,
    generationId: 1,
    memberId,
    groupInstanceId: 'i',
    assignments: assignment === null ? [] : [{ memberId, assignment: Buffer.from(assignment) }],
  })
const commit = async (groupId: string, own: object, topic = 't', index = 0) => {
  const partitions = [{ index, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: null }]
  const answer = await client.call(offsetCommit, 7, {
    groupId,
    generationId: -1,
    memberId: '',
    groupInstanceId: null,
    topics: [{ name: topic, partitions }],
    ...own,
  })
  return answer?.topics[0]?.partitions[0]?.errorCode
}
const offsetsOf = async (groupId: string) =>
  (await broker.inspect()).groups.find(({ id }) => id === groupId)?.offsets

/** A group with one static member, `i`. */
async function staticGroup() {
  const groupId = newGroup()
  const memberId = (await join(groupId, 5, { groupInstanceId: 'i' }))?.memberId ?? ''
  await sync(groupId, memberId, 'mine')
  return { groupId, memberId }
}

describe('a static member', () => {
  test('is shown with its instance id', async () => {
    const { groupId, memberId } = await staticGroup()
    const described = await client.call(describeGroups, 5, { groups: [groupId] })
    expect(described?.groups).toMatchObject([
      { groupState: 'Stable', protocolData: 'range', members: [{ memberId, groupInstanceId: 'i' }] },
    ])
    expect(memberId).toMatch(/^i-/)
  })

  test('takes its place back in the same generation, and its old id is fenced', async () => {
    const { groupId, memberId: old } = await staticGroup()
    const again = await join(groupId, 5, { groupInstanceId: 'i' })
    expect(again).toMatchObject({ errorCode: 0, generationId: 1, leader: old, members: [] })
    const memberId = again?.memberId ?? ''
    expect(await sync(groupId, memberId)).toMatchObject({ errorCode: 0, assignment: Buffer.from('mine') })

    const asOld = { groupId, generationId: 1, memberId: old, groupInstanceId: 'i' }
    expect(await client.call(heartbeat, 3, asOld)).toMatchObject({ errorCode: 82 })
    expect(await commit(groupId, asOld)).toBe(82)
    expect(await commit(groupId, { ...asOld, memberId })).toBe(0)
    expect(await join(groupId, 5, asOld)).toMatchObject({ errorCode: 82, memberId: old })
  })

  test('that leads is told to skip the assignment from version 9 on', async () => {
    const { groupId } = await staticGroup()
    const again = await join(groupId, 9, { groupInstanceId: 'i' })
    expect(again).toMatchObject({
      skipAssignment: true,
      leader: again?.memberId,
      members: [{ groupInstanceId: 'i' }],
    })
  })

  test('is removed by its instance id', async () => {
    const { groupId } = await staticGroup()
    const members = ['i', 'j'].map((groupInstanceId) => ({ memberId: '', groupInstanceId }))
    expect(await client.call(leaveGroup, 4, { groupId, members })).toMatchObject({
      errorCode: 0,
      members: [{ errorCode: 0 }, { errorCode: 25 }],
    })
    const listed = await client.call(listGroups, 4, { statesFilter: ['empty'] })
    expect(listed?.groups).toContainEqual({
      groupId,
      protocolType: 'consumer',
      groupState: 'Empty',
      groupType: '',
    })
  })
})

describe('committed offsets', () => {
  test('are taken without a group, and asked partition by partition', async () => {
    const groupId = newGroup()
    expect(await commit(groupId, {})).toBe(0)
    expect(await commit(groupId, {}, 't', 9)).toBe(3)
    expect(await commit(newGroup(), { generationId: 3, memberId: 'm' })).toBe(22)
    expect(await commit(newGroup(), { generationId: 3, memberId: 'm' }, 'nope')).toBe(3)
  })

  test('are deleted, unless a member consumes the topic', async () => {
    const { groupId, memberId } = await staticGroup()
    const asMember = { generationId: 1, memberId, groupInstanceId: 'i' }
    await commit(groupId, asMember, 't')
    await commit(groupId, asMember, 'other')
    const topics = ['t', 'other', 'nope'].map((name) => ({ name, partitions: [{ index: 0 }] }))
    const deleted = await client.call(offsetDelete, 0, { groupId, topics })
    expect(deleted?.topics.map(({ partitions }) => partitions[0]?.errorCode)).toEqual([86, 0, 3])
    expect(await offsetsOf(groupId)).toMatchObject([{ topic: 't' }])
    expect(await client.call(offsetDelete, 0, { groupId: 'nope', topics })).toMatchObject({ errorCode: 69 })
    expect(await client.call(offsetDelete, 0, { groupId: '', topics })).toMatchObject({ errorCode: 24 })
  })

  test('expire on the clock that is moved, and the group goes with them', async () => {
    const groupId = newGroup()
    await commit(groupId, {})
    await broker.elapse(59 * 60_000)
    expect(await offsetsOf(groupId)).toHaveLength(1)
    await broker.elapse(11 * 60_000)
    expect(await offsetsOf(groupId)).toBeUndefined()
  })
})
