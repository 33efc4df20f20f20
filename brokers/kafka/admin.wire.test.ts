/** What only raw requests reach of the admin APIs. The answers are those of Apache Kafka 4.3.1. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Kafka, startKafka } from './kafka.ts'
import { type RawClient, rawConnect } from './raw-client.ts'
import { createTopics } from './wire/messages/19-create-topics.ts'
import { deleteTopics } from './wire/messages/20-delete-topics.ts'
import { describeConfigs } from './wire/messages/32-describe-configs.ts'
import { alterConfigs } from './wire/messages/33-alter-configs.ts'
import { describeLogDirs } from './wire/messages/35-describe-log-dirs.ts'
import { createPartitions } from './wire/messages/37-create-partitions.ts'
import { electLeaders } from './wire/messages/43-elect-leaders.ts'
import { incrementalAlterConfigs } from './wire/messages/44-incremental-alter-configs.ts'
import { alterPartitionReassignments } from './wire/messages/45-alter-partition-reassignments.ts'
import { listPartitionReassignments } from './wire/messages/46-list-partition-reassignments.ts'
import { ZERO_UUID } from './wire/schema.ts'

const TOPIC = 2
const BROKER = 4
const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3]

let broker: Kafka
let client: RawClient
let names = 0
beforeAll(async () => {
  broker = await startKafka({ config: { 'log.retention.hours': 1 } })
  const [host = '', port] = broker.brokers[0]?.split(':') ?? []
  client = await rawConnect({ host, port: Number(port) })
})
afterAll(async () => {
  client.cut()
  await broker.stop()
})

async function newTopic(numPartitions = 2): Promise<string> {
  const name = `topic-${++names}`
  await create({ name, numPartitions })
  return name
}

async function create(topic: object, { version = 7, validateOnly = false } = {}) {
  const whole = { name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [], ...topic }
  const answer = await client.call(createTopics, version, { topics: [whole], timeoutMs: 1_000, validateOnly })
  return answer?.topics[0]
}

async function change(
  [resourceType, resourceName]: readonly [number, string],
  changes: readonly (readonly [name: string, operation: number | undefined, value: string | null])[],
  { validateOnly = false } = {},
) {
  const configs = changes.map(([name, operation = 0, value]) => ({ name, operation, value }))
  const resources = [{ resourceType, resourceName, configs }]
  const answer = await client.call(incrementalAlterConfigs, 1, { resources, validateOnly })
  const [response] = answer?.responses ?? []
  return [response?.errorCode, response?.errorMessage]
}

async function replace(resourceType: number, resourceName: string, values: Record<string, string | null>) {
  const configs = Object.entries(values).map(([name, value]) => ({ name, value }))
  const resources = [{ resourceType, resourceName, configs }]
  const answer = await client.call(alterConfigs, 2, { resources, validateOnly: false })
  const [response] = answer?.responses ?? []
  return [response?.errorCode, response?.errorMessage]
}

async function settings(resourceType: number, resourceName: string, keys: readonly string[] | null = null) {
  const resources = [{ resourceType, resourceName, configurationKeys: keys }]
  const answer = await client.call(describeConfigs, 4, { resources, includeSynonyms: true })
  return answer?.results[0]
}

async function setting(resourceType: number, resourceName: string, key: string) {
  return (await settings(resourceType, resourceName, [key]))?.configs[0]
}

describe('the settings of a topic', () => {
  test('are changed one by one, and the others stay', async () => {
    const topic = await newTopic()
    await change([TOPIC, topic], [['retention.ms', SET, '1000']])
    await change([TOPIC, topic], [['max.message.bytes', SET, '2000']])
    expect(await setting(TOPIC, topic, 'retention.ms')).toMatchObject({ value: '1000', configSource: 1 })
    expect(await setting(TOPIC, topic, 'max.message.bytes')).toMatchObject({
      value: '2000',
      synonyms: [
        { name: 'max.message.bytes', value: '2000', source: 1 },
        { name: 'message.max.bytes', value: '1048588', source: 5 },
      ],
    })
    await change([TOPIC, topic], [['retention.ms', DELETE, null]])
    expect(await setting(TOPIC, topic, 'retention.ms')).toMatchObject({ configSource: 5 })
  })

  test('of which a list is added to and taken from', async () => {
    const topic = await newTopic()
    await change([TOPIC, topic], [['cleanup.policy', APPEND, 'compact']])
    expect(await setting(TOPIC, topic, 'cleanup.policy')).toMatchObject({ value: 'delete,compact' })
    await change([TOPIC, topic], [['cleanup.policy', APPEND, 'compact']])
    await change([TOPIC, topic], [['cleanup.policy', SUBTRACT, 'delete']])
    expect(await setting(TOPIC, topic, 'cleanup.policy')).toMatchObject({ value: 'compact' })
  })

  test('are replaced as a whole by the older API', async () => {
    const topic = await newTopic()
    await replace(TOPIC, topic, { 'retention.ms': '1000', 'max.message.bytes': '2000' })
    expect(await replace(TOPIC, topic, { 'max.message.bytes': '3000' })).toEqual([0, null])
    expect(await setting(TOPIC, topic, 'retention.ms')).toMatchObject({ configSource: 5 })
    expect(await setting(TOPIC, topic, 'max.message.bytes')).toMatchObject({ value: '3000' })
  })

  test('are only tried when asked so', async () => {
    const topic = await newTopic()
    const tried = await change([TOPIC, topic], [['retention.ms', SET, '777']], { validateOnly: true })
    expect(tried).toEqual([0, null])
    expect(await setting(TOPIC, topic, 'retention.ms')).toMatchObject({ configSource: 5 })
  })

  test('come from the broker, where it is told otherwise', async () => {
    const topic = await newTopic()
    expect(await setting(TOPIC, topic, 'retention.ms')).toMatchObject({ value: '3600000', synonyms: [] })
    await change([BROKER, ''], [['log.retention.ms', SET, '88888']])
    expect(await setting(TOPIC, topic, 'retention.ms')).toMatchObject({
      value: '88888',
      configSource: 3,
      synonyms: [{ name: 'log.retention.ms', value: '88888', source: 3 }],
    })
    await change([BROKER, ''], [['log.retention.ms', DELETE, null]])
    expect(await setting(TOPIC, topic, 'retention.ms')).toMatchObject({ value: '3600000' })
  })

  test.each([
    ['no.such', SET, '1', 40, 'Unknown topic config name: no.such'],
    [
      'retention.ms',
      SET,
      'soon',
      40,
      'Invalid value soon for configuration retention.ms: Not a number of type LONG',
    ],
    [
      'retention.ms',
      SET,
      '-5',
      40,
      'Invalid value -5 for configuration retention.ms: Value must be at least -1',
    ],
    [
      'preallocate',
      SET,
      'maybe',
      40,
      'Invalid value maybe for configuration preallocate: Expected value to be either true or false',
    ],
    [
      'compression.type',
      SET,
      'rar',
      40,
      'Invalid value rar for configuration compression.type: String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer',
    ],
    [
      'cleanup.policy',
      SET,
      'delete,foo',
      40,
      'Invalid value foo for configuration cleanup.policy: String must be one of: compact, delete',
    ],
    ['cleanup.policy', SET, '', 0, null],
    [
      'min.cleanable.dirty.ratio',
      SET,
      '2',
      40,
      'Invalid value 2.0 for configuration min.cleanable.dirty.ratio: Value must be no more than 1',
    ],
    [
      'min.cleanable.dirty.ratio',
      SET,
      'x',
      40,
      'Invalid value x for configuration min.cleanable.dirty.ratio: Not a number of type DOUBLE',
    ],
    [
      'compression.gzip.level',
      SET,
      '77',
      40,
      'Invalid value 77 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1',
    ],
    [
      'compression.lz4.level',
      SET,
      '77',
      40,
      'Invalid value 77 for configuration compression.lz4.level: Value must be no more than 17',
    ],
    [
      'compression.zstd.level',
      SET,
      '777',
      40,
      'Invalid value 777 for configuration compression.zstd.level: Value must be no more than 22',
    ],
    [
      'segment.bytes',
      SET,
      '10',
      40,
      'Invalid value 10 for configuration segment.bytes: Value must be at least 1048576',
    ],
    [
      'segment.bytes',
      SET,
      '4294967296',
      40,
      'Invalid value 4294967296 for configuration segment.bytes: Not a number of type INT',
    ],
    [
      'leader.replication.throttled.replicas',
      SET,
      'x',
      40,
      "Invalid value [x] for configuration leader.replication.throttled.replicas: leader.replication.throttled.replicas must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...",
    ],
    ['leader.replication.throttled.replicas', APPEND, '0:0', 0, null],
    ['retention.ms', SET, null, 42, 'Null value not supported for : retention.ms'],
    ['retention.ms', APPEND, '5', 40, "Can't APPEND to key retention.ms because its type is not LIST."],
    ['retention.ms', SUBTRACT, '5', 40, "Can't SUBTRACT to key retention.ms because its type is not LIST."],
  ] as const)('%s (operation %i) to %j answers %i: %s', async (name, operation, value, code, text) => {
    const topic = await newTopic()
    expect(await change([TOPIC, topic], [[name, operation, value]])).toEqual([code, text])
  })

  test('are those of one topic, which is named once, with every setting named once', async () => {
    const topic = await newTopic()
    const entry = ['retention.ms', SET, '5'] as const
    expect(await change([TOPIC, 'nope'], [entry])).toEqual([3, "The topic 'nope' does not exist."])
    expect(await change([TOPIC, ''], [entry])).toEqual([42, 'Default topic resources are not allowed.'])
    expect(await change([7, topic], [entry])).toEqual([42, 'Unknown resource type 7'])
    expect(await change([TOPIC, topic], [entry, entry])).toEqual([42, 'Error due to duplicate config keys'])
    const resource = { resourceType: TOPIC, resourceName: topic, configs: [] }
    const twice = await client.call(incrementalAlterConfigs, 1, {
      resources: [resource, resource],
      validateOnly: false,
    })
    expect(twice?.responses.map(({ errorMessage }) => errorMessage)).toEqual([
      'Each resource must appear at most once.',
      'Each resource must appear at most once.',
    ])
  })
})

describe('the settings of a broker', () => {
  test('are all that Kafka has, with where each comes from', async () => {
    const all = await settings(BROKER, '0')
    expect(all?.configs.length).toBeGreaterThan(300)
    expect(await setting(BROKER, '0', 'log.retention.hours')).toMatchObject({
      value: '1',
      readOnly: true,
      configSource: 4,
      synonyms: [
        { value: '1', source: 4 },
        { value: '168', source: 5 },
      ],
    })
    expect(await setting(BROKER, '0', 'ssl.keystore.password')).toMatchObject({
      value: null,
      isSensitive: true,
    })
    expect(await setting(BROKER, '0', 'log.flush.interval.ms')).toMatchObject({ value: null, synonyms: [] })
    expect(await settings(BROKER, '')).toMatchObject({
      configs: [{ name: 'min.insync.replicas', value: '1', configSource: 3 }],
    })
  })

  test('are changed for one or for all, the narrower one holds', async () => {
    await change([BROKER, ''], [['num.io.threads', SET, '9']])
    await change([BROKER, '0'], [['num.io.threads', SET, '10']])
    expect((await setting(BROKER, '0', 'num.io.threads'))?.synonyms).toEqual([
      { name: 'num.io.threads', value: '10', source: 2 },
      { name: 'num.io.threads', value: '9', source: 3 },
      { name: 'num.io.threads', value: '8', source: 5 },
    ])
    expect(await replace(BROKER, '0', {})).toEqual([0, null])
    expect(await setting(BROKER, '0', 'num.io.threads')).toMatchObject({ value: '9', configSource: 3 })
  })

  test.each([
    ['0', 'num.partitions', '5', 42, 'Cannot update these configs dynamically: [num.partitions]'],
    ['7', 'log.retention.ms', '5', 42, 'Unexpected broker id, expected 0, but received 7'],
    ['x', 'log.retention.ms', '5', 42, 'Node id must be an integer, but it is: x'],
    [
      '0',
      'log.retention.ms',
      'x',
      42,
      'Invalid value x for configuration log.retention.ms: Not a number of type LONG',
    ],
    [
      '0',
      'min.insync.replicas',
      '2',
      40,
      'Broker-level min.insync.replicas cannot be altered while ELR is enabled.',
    ],
    ['0', 'plugin.setting', '2', 0, null],
  ])('of broker %j: %s to %j answers %i: %s', async (node, name, value, code, text) => {
    expect(await change([BROKER, node], [[name, SET, value]])).toEqual([code, text])
  })

  test('of a plugin are kept to themselves', async () => {
    await change([BROKER, '0'], [['plugin.secret', SET, 'x']])
    expect(await setting(BROKER, '0', 'plugin.secret')).toMatchObject({ value: null, isSensitive: true })
  })

  test.each([
    [BROKER, '7', 42, 'Unexpected broker id, expected 0 or empty string, but received 7'],
    [BROKER, 'x', 42, 'Broker id must be an integer, but it is: x'],
    [TOPIC, 'nope', 3, ''],
    [TOPIC, '', 17, 'Topic name is invalid: the empty string is not allowed'],
  ])('of resource %i %j are not there: %i %s', async (type, name, errorCode, errorMessage) => {
    expect(await settings(type, name)).toMatchObject({ errorCode, errorMessage, configs: [] })
  })

  test('at the start are checked in one sentence', async () => {
    await expect(startKafka({ config: { 'no.such': 1 } })).rejects.toThrow(
      'options of startKafka: config: Unknown broker config name: no.such',
    )
    await expect(startKafka({ config: { 'num.partitions': 'x' } })).rejects.toThrow(
      'Not a number of type INT',
    )
  })
})

describe('a topic', () => {
  const chosen = { numPartitions: -1, replicationFactor: -1 }
  test.each([
    [
      { replicationFactor: 0 },
      38,
      'Replication factor must be larger than 0, or -1 to use the default value.',
    ],
    [
      { configs: [{ name: 'retention.ms', value: null }] },
      40,
      'Null value not supported for topic configs: retention.ms',
    ],
    [
      { assignments: [{ index: 0, brokerIds: [0] }] },
      42,
      'A manual partition assignment was specified, but replication factor was not set to -1.',
    ],
    [
      { ...chosen, assignments: [{ index: 1, brokerIds: [0] }] },
      39,
      'partitions should be a consecutive 0-based integer sequence',
    ],
    [
      { ...chosen, assignments: [{ index: 0, brokerIds: [7] }] },
      39,
      'The manual partition assignment includes broker 7, but no such broker is registered.',
    ],
    [
      { ...chosen, assignments: [{ index: 0, brokerIds: [0, 0] }] },
      39,
      'The manual partition assignment includes the broker 0 more than once.',
    ],
    [
      { ...chosen, assignments: [{ index: 0, brokerIds: [] }] },
      39,
      'The manual partition assignment includes an empty replica list.',
    ],
    [
      { ...chosen, assignments: [1, 2].map(() => ({ index: 0, brokerIds: [0] })) },
      39,
      'Found multiple manual partition assignments for partition 0',
    ],
  ])('such as %j is refused with %i: %s', async (topic, errorCode, errorMessage) => {
    expect(await create({ name: 'refused', ...topic })).toMatchObject({ errorCode, errorMessage })
  })

  test('may not be told from another by an underscore alone', async () => {
    await create({ name: 'a.b' })
    expect(await create({ name: 'a_b' })).toMatchObject({
      errorCode: 17,
      errorMessage: "Topic 'a_b' collides with existing topic: a.b",
    })
  })

  test('that is only tried is told with an id as Kafka does it, and is not there', async () => {
    for (let time = 0; time < 2; time++) {
      const tried = await create({ name: 'tried' }, { validateOnly: true })
      expect(tried).toMatchObject({ errorCode: 0, numPartitions: 1 })
      expect(tried?.id).not.toBe(ZERO_UUID)
    }
  })

  test('is deleted by its id', async () => {
    const made = await create({ name: 'by-id' })
    const remove = (topic: { name: string | null; id: string }) =>
      client.call(deleteTopics, 6, { topics: [topic], timeoutMs: 1_000 })
    expect(await remove({ name: 'by-id', id: made?.id ?? '' })).toMatchObject({
      topics: [{ errorCode: 42, errorMessage: 'You may not specify both topic name and topic id.' }],
    })
    expect(await remove({ name: null, id: ZERO_UUID })).toMatchObject({
      topics: [{ errorCode: 42, errorMessage: 'Neither topic name nor id were specified.' }],
    })
    expect(await remove({ name: null, id: made?.id ?? '' })).toMatchObject({
      topics: [{ errorCode: 0, name: 'by-id' }],
    })
    expect(await remove({ name: null, id: made?.id ?? '' })).toMatchObject({
      topics: [{ errorCode: 100, errorMessage: 'This server does not host this topic ID.' }],
    })
  })

  test.each([
    [{ count: 2, assignments: null }, 37, 'Topic already has 2 partition(s).'],
    [{ count: 1, assignments: null }, 37, 'would not be an increase.'],
    [
      { count: 4, assignments: [{ brokerIds: [0] }] },
      39,
      'Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.',
    ],
    [
      { count: 3, assignments: [] },
      39,
      'Attempted to add 1 additional partition(s), but only 0 assignment(s) were specified.',
    ],
    [
      { count: 3, assignments: [{ brokerIds: [7] }] },
      39,
      'The manual partition assignment includes broker 7, but no such broker is registered.',
    ],
    [{ count: 3, assignments: [{ brokerIds: [0] }] }, 0, null],
  ])('of two partitions grown by %j answers %i: %s', async (request, errorCode, text) => {
    const name = await newTopic(2)
    const grown = await client.call(createPartitions, 3, {
      topics: [{ name, ...request }],
      timeoutMs: 1_000,
      validateOnly: false,
    })
    expect(grown?.results).toMatchObject([
      { errorCode, errorMessage: text === null ? null : expect.stringContaining(text) },
    ])
  })
})

describe('partitions', () => {
  const reassign = async (name: string, replicas: number[] | null, index = 0) => {
    const topics = [{ name, partitions: [{ index, replicas }] }]
    const answer = await client.call(alterPartitionReassignments, 0, { timeoutMs: 1_000, topics })
    const partition = answer?.topics[0]?.partitions[0]
    return [partition?.errorCode, partition?.errorMessage]
  }

  test('are moved to nodes that there are', async () => {
    const topic = await newTopic()
    expect(await reassign(topic, [0])).toEqual([0, null])
    expect(await reassign(topic, null)).toEqual([85, null])
    expect(await reassign('nope', [0])).toEqual([3, 'Unable to find a topic named nope.'])
    expect(await reassign(topic, [0], 9)).toEqual([3, `Unable to find partition ${topic}:9.`])
    expect(await reassign(topic, [7])).toEqual([
      39,
      'The manual partition assignment includes broker 7, but no such broker is registered.',
    ])
    expect(
      await client.call(listPartitionReassignments, 0, { timeoutMs: 1_000, topics: null }),
    ).toMatchObject({
      errorCode: 0,
      topics: [],
    })
  })

  test('elect no leader where the preferred one leads', async () => {
    const name = await newTopic(1)
    const elect = (electionType: number, topics: { name: string; partitions: number[] }[] | null) =>
      client.call(electLeaders, 2, { electionType, topics, timeoutMs: 1_000 })
    expect(
      await elect(0, [
        { name, partitions: [0, 9] },
        { name: 'nope', partitions: [0] },
      ]),
    ).toMatchObject({
      errorCode: 0,
      topics: [
        {
          partitions: [
            { errorCode: 84, errorMessage: 'Leader election not needed for topic partition.' },
            { errorCode: 3, errorMessage: `No such partition as ${name}-9` },
          ],
        },
        { partitions: [{ errorCode: 3, errorMessage: 'No such topic as nope' }] },
      ],
    })
    expect((await elect(1, null))?.topics.flatMap(({ partitions }) => partitions)).toEqual([])
    expect(await elect(7, [{ name, partitions: [0] }])).toMatchObject({
      errorCode: 42,
      topics: [{ partitions: [{ errorCode: 42, errorMessage: 'Unknown election type 7' }] }],
    })
  })

  test('tell how big their logs are', async () => {
    const name = await newTopic(2)
    const asked = await client.call(describeLogDirs, 4, {
      topics: [
        { name, partitions: [1, 9] },
        { name: 'nope', partitions: [0] },
      ],
    })
    expect(asked?.results[0]?.topics).toEqual([
      { name, partitions: [{ index: 1, size: 0, offsetLag: 0, isFuture: false }] },
    ])
    const all = await client.call(describeLogDirs, 1, { topics: null })
    expect(all?.results[0]?.topics.find((topic) => topic.name === name)?.partitions).toHaveLength(2)
  })
})

describe('on three nodes', () => {
  test('a partition moves while it is written to, and its leader with it', async () => {
    await using cluster = await startKafka({ nodes: 3 })
    const [host = '', port] = cluster.brokers[0]?.split(':') ?? []
    const one = await rawConnect({ host, port: Number(port) })
    const partitionOf = async () => (await cluster.inspect()).topics[0]?.partitions[0]
    const move = async (replicas: number[] | null) => {
      const topics = [{ name: 't', partitions: [{ index: 0, replicas }] }]
      const answer = await one.call(alterPartitionReassignments, 0, { timeoutMs: 1_000, topics })
      return answer?.topics[0]?.partitions[0]?.errorCode
    }
    const listed = () => one.call(listPartitionReassignments, 0, { timeoutMs: 1_000, topics: null })
    const assignments = [{ index: 0, brokerIds: [0, 1] }]
    const topic = { name: 't', numPartitions: -1, replicationFactor: -1, assignments, configs: [] }
    await one.call(createTopics, 7, { topics: [topic], timeoutMs: 1_000 })

    // Node 2 does nothing, so the move can be seen, and called off.
    await cluster.freezeNode(2)
    expect(await move([2, 1])).toBe(0)
    expect((await listed())?.topics[0]?.partitions).toEqual([
      { index: 0, replicas: [2, 1, 0], addingReplicas: [2], removingReplicas: [0] },
    ])
    expect(await move(null)).toBe(0)
    expect(await move(null)).toBe(85)
    expect(await partitionOf()).toMatchObject({ replicas: [0, 1], leaderId: 0 })

    expect(await move([2, 1])).toBe(0)
    await cluster.thawNode(2)
    await cluster.waitForIsr('t', 0, [2, 1])
    expect(await partitionOf()).toMatchObject({ replicas: [2, 1], leaderId: 2 })
    expect((await listed())?.topics).toEqual([])

    await cluster.moveLeader('t', 0, 1)
    const elected = await one.call(electLeaders, 2, { electionType: 0, topics: null, timeoutMs: 1_000 })
    expect(elected?.topics[0]?.partitions).toEqual([{ index: 0, errorCode: 0, errorMessage: null }])
    expect(await partitionOf()).toMatchObject({ leaderId: 2 })
    one.cut()
  })
})
