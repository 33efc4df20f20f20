/** Probes over topics: metadata, auto-creation, creating, growing and deleting. */
import { metadata } from '../wire/messages/03-metadata.ts'
import { createTopics } from '../wire/messages/19-create-topics.ts'
import { deleteTopics } from '../wire/messages/20-delete-topics.ts'
import { createPartitions } from '../wire/messages/37-create-partitions.ts'
import { ZERO_UUID } from '../wire/schema.ts'
import type { ProbeWorld, Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'
import { batchOf, fill } from './requests.ts'

const UNKNOWN_UUID = '00000000-0000-4000-8000-000000000001'

type Wanted = Partial<{
  numPartitions: number
  replicationFactor: number
  assignments: readonly { index: number; brokerIds: readonly number[] }[]
  configs: Readonly<Record<string, string | null>>
}>

const asked = (name: string, { configs = {}, ...rest }: Wanted = {}) => ({
  name,
  numPartitions: 1,
  replicationFactor: 1,
  assignments: [],
  configs: Object.entries(configs).map((one) => ({ name: one[0], value: one[1] })),
  ...rest,
})

function create(c: ProbeClient, name: string, wanted: Wanted = {}, version = 4, validateOnly = false) {
  return c.call(createTopics, version, { topics: [asked(name, wanted)], timeoutMs: 10_000, validateOnly })
}

const grow = (c: ProbeClient, name: string, count: number, assignments: readonly number[][] | null = null) =>
  c.call(createPartitions, 3, {
    topics: [{ name, count, assignments: assignments?.map((brokerIds) => ({ brokerIds })) ?? null }],
    timeoutMs: 10_000,
    validateOnly: false,
  })

const describeTopic = (c: ProbeClient, name: string, version = 7, allowAutoTopicCreation = false) =>
  c.call(metadata, version, { topics: [{ name }], allowAutoTopicCreation })

/** Everything but the brokers, so that lines stay short. */
async function noteConfigs(c: ProbeClient, world: ProbeWorld, name: string, version: number) {
  const answer = await c.ask(createTopics, version, {
    topics: [asked(name, { configs: { 'retention.ms': '1000', 'cleanup.policy': 'compact' } })],
    timeoutMs: 10_000,
    validateOnly: false,
  })
  for (const { configs, id, ...rest } of answer.topics) {
    world.note(`${world.print(JSON.stringify(rest))} ${id === ZERO_UUID ? 'no id' : 'an id'}`)
    for (const one of configs ?? []) world.note(Object.values(one).join(' '))
  }
}

const namesOf = {
  'a dot': '.',
  'two dots': '..',
  nothing: '',
  'a space': 'a b',
  'a slash': 'a/b',
  'a letter that is not ASCII': 'größe',
}

export const topicProbes: Programs = {
  'metadata: an unknown topic that may not be made': async (c, world) => {
    await describeTopic(c, world.name('t'))
  },
  'metadata: an unknown topic that may be made is unknown once more': async (c, world) => {
    const name = world.name('t')
    await describeTopic(c, name, 7, true)
    await world.leader(name)
    await describeTopic(c, name, 7, true)
  },
  'metadata: versions before 4 always make an unknown topic': async (c, world) => {
    const name = world.name('t')
    await describeTopic(c, name, 1, false)
    await world.leader(name)
    await describeTopic(c, name, 1)
  },
  ...Object.fromEntries(
    Object.entries(namesOf).map(([what, name]): [string, Programs[string]] => [
      `metadata: ${what} is no name of a topic`,
      (c) => describeTopic(c, name, 7, true),
    ]),
  ),
  'metadata: a name of 249 characters, and of 250': async (c, world) => {
    const long = world.name('').padEnd(249, 'a')
    await describeTopic(c, long, 7, false)
    await describeTopic(c, `${long}a`, 7, true)
  },
  'metadata: what every version tells': async (c, world) => {
    const name = await world.topic('t', { partitions: 2 })
    for (let version = 0; version <= 12; version++) await describeTopic(c, name, version)
  },
  'metadata: of no topic': async (c) => {
    for (const version of [1, 5, 9]) await c.call(metadata, version, { topics: [] })
  },
  'metadata: of all topics, in version 0 by an empty list': async (c, world) => {
    const name = await world.topic('t')
    for (const [version, topics] of [
      [0, []],
      [1, null],
      [9, null],
    ] as const) {
      const answer = await c.ask(metadata, version, { topics })
      c.note(`version ${version} has it: ${answer.topics.some((topic) => topic.name === name)}`)
    }
  },
  'metadata: of a topic asked for twice': async (c, world) => {
    const name = await world.topic('t')
    await c.call(metadata, 7, { topics: [{ name }, { name }], allowAutoTopicCreation: false })
  },
  'metadata: by id': async (c, world) => {
    const name = await world.topic('t')
    const known = await c.ask(metadata, 12, { topics: [{ name }], allowAutoTopicCreation: false })
    const id = known.topics[0]?.id ?? ''
    await c.call(metadata, 12, { topics: [{ id, name: null }] })
    await c.call(metadata, 12, { topics: [{ id: UNKNOWN_UUID, name: null }] })
  },
  'metadata: by id in version 10': async (c, world) => {
    const name = await world.topic('t')
    const known = await c.ask(metadata, 12, { topics: [{ name }], allowAutoTopicCreation: false })
    await c.call(metadata, 10, { topics: [{ id: known.topics[0]?.id ?? '', name }] })
    await c.call(metadata, 10, { topics: [{ id: known.topics[0]?.id ?? '', name: null }] })
  },
  'metadata: with what one may do': async (c, world) => {
    const name = await world.topic('t')
    await c.call(metadata, 8, {
      topics: [{ name }],
      includeClusterAuthorizedOperations: true,
      includeTopicAuthorizedOperations: true,
    })
  },
  'metadata: a topic that nobody may write to': async (c, world) => {
    await world.coordinator(world.name('g'))
    const answer = await c.ask(metadata, 7, { topics: [{ name: '__consumer_offsets' }] })
    c.note(`internal: ${answer.topics[0]?.isInternal}, error ${answer.topics[0]?.errorCode}`)
  },
  'create: told by version': async (c, world) => {
    for (const version of [2, 3, 4]) await create(c, world.name(`t${version}`), {}, version)
  },
  'create: what versions 5 and 7 tell of it': async (c, world) => {
    await noteConfigs(c, world, world.name('five'), 5)
    await noteConfigs(c, world, world.name('seven'), 7)
  },
  'create: only to see whether it could be': async (c, world) => {
    const name = world.name('t')
    await create(c, name, { numPartitions: 3 }, 4, true)
    await describeTopic(c, name)
  },
  'create: only to see, in version 7': async (c, world) => {
    const answer = await c.ask(createTopics, 7, {
      topics: [asked(world.name('t'), { numPartitions: 3 })],
      timeoutMs: 10_000,
      validateOnly: true,
    })
    const [{ id, numPartitions, replicationFactor, configs } = {}] = answer.topics
    c.note(
      `${id === ZERO_UUID ? 'no id' : 'an id'} ${numPartitions} ${replicationFactor} ${configs?.length} settings`,
    )
  },
  'create: a topic that is there': async (c, world) => {
    await create(c, await world.topic('t'))
  },
  'create: names that differ in a dot only': async (c, world) => {
    const name = world.name('a.b')
    await create(c, name)
    await create(c, name.replace('.', '_'))
  },
  'create: the same name twice': async (c, world) => {
    const name = world.name('t')
    await c.call(createTopics, 4, { topics: [asked(name), asked(name)], timeoutMs: 10_000 })
  },
  'create: one that can be and one that cannot': async (c, world) => {
    await c.call(createTopics, 4, {
      topics: [asked(world.name('good')), asked(world.name('bad'), { numPartitions: 0 })],
      timeoutMs: 10_000,
    })
  },
  'create: nothing': (c) => c.call(createTopics, 4, { topics: [], timeoutMs: 10_000 }),
  ...Object.fromEntries(
    Object.entries(namesOf).map(([what, name]): [string, Programs[string]] => [
      `create: ${what} is no name`,
      (c) => create(c, name),
    ]),
  ),
  'create: a name of 250 characters': (c, world) => create(c, world.name('').padEnd(250, 'a')),
  'create: partitions by default': async (c, world) => {
    const name = world.name('t')
    await create(c, name, { numPartitions: -1, replicationFactor: -1 })
    await world.leader(name)
    await describeTopic(c, name)
  },
  'create: no partition': (c, world) => create(c, world.name('t'), { numPartitions: 0 }),
  'create: fewer partitions than none': (c, world) => create(c, world.name('t'), { numPartitions: -2 }),
  'create: no replica': (c, world) => create(c, world.name('t'), { replicationFactor: 0 }),
  'create: fewer replicas than none': (c, world) => create(c, world.name('t'), { replicationFactor: -2 }),
  'create: more replicas than nodes': (c, world) => create(c, world.name('t'), { replicationFactor: 2 }),
  'create: a setting that nobody knows': (c, world) =>
    create(c, world.name('t'), { configs: { 'no.such': '1' } }),
  'create: a setting that is no number': (c, world) =>
    create(c, world.name('t'), { configs: { 'retention.ms': 'soon' } }),
  'create: a setting out of range': (c, world) =>
    create(c, world.name('t'), { configs: { 'retention.ms': '-2' } }),
  'create: a setting that is none of a list': (c, world) =>
    create(c, world.name('t'), { configs: { 'cleanup.policy': 'maybe' } }),
  'create: a setting that is no boolean': (c, world) =>
    create(c, world.name('t'), { configs: { preallocate: 'perhaps' } }),
  'create: a compression that nobody knows': (c, world) =>
    create(c, world.name('t'), { configs: { 'compression.type': 'rar' } }),
  'create: a setting that is null': (c, world) =>
    create(c, world.name('t'), { configs: { 'retention.ms': null } }),
  'create: a setting of the past': (c, world) =>
    create(c, world.name('t'), { configs: { 'message.timestamp.difference.max.ms': '1' } }),
  'create: settings that contradict each other': (c, world) =>
    create(c, world.name('t'), { configs: { 'local.retention.ms': '1000', 'retention.ms': '10' } }),
  'create: numbers at the edge of their ranges': async (c, world) => {
    const at = async (label: string, configs: Readonly<Record<string, string>>) =>
      create(c, world.name(label), { configs })
    await at('a', { 'segment.bytes': '13' })
    await at('b', { 'segment.bytes': '1048576' })
    await at('c', { 'min.insync.replicas': '0' })
    await at('d', { 'max.message.bytes': '-1' })
    await at('e', { 'min.cleanable.dirty.ratio': '1.1' })
    await at('f', { 'segment.ms': '0' })
    await at('g', { 'flush.messages': '0' })
    await at('h', { 'segment.bytes': '2147483648' })
  },
  "create: replicas of one's own choice": async (c, world) => {
    const name = world.name('t')
    await create(c, name, {
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [
        { index: 0, brokerIds: [0] },
        { index: 1, brokerIds: [0] },
      ],
    })
    await world.leader(name)
    await describeTopic(c, name)
  },
  'create: replicas that are none': async (c, world) => {
    const at = (label: string, assignments: Wanted['assignments'], rest: Wanted = {}) =>
      create(c, world.name(label), {
        numPartitions: -1,
        replicationFactor: -1,
        ...rest,
        ...(assignments === undefined ? {} : { assignments }),
      })
    await at('unknown', [{ index: 0, brokerIds: [7] }])
    await at('twice', [{ index: 0, brokerIds: [0, 0] }])
    await at('empty', [{ index: 0, brokerIds: [] }])
    await at('gap', [
      { index: 0, brokerIds: [0] },
      { index: 2, brokerIds: [0] },
    ])
    await at('again', [
      { index: 0, brokerIds: [0] },
      { index: 0, brokerIds: [0] },
    ])
    await at('both', [{ index: 0, brokerIds: [0] }], { numPartitions: 1, replicationFactor: 1 })
    await at('negative', [{ index: -1, brokerIds: [0] }])
  },
  'grow: to more partitions': async (c, world) => {
    const name = await world.topic('t', { partitions: 2 })
    await grow(c, name, 4)
    await c.until(metadata, 7, { topics: [{ name }] }, ({ topics }) => topics[0]?.partitions.length === 4)
    await describeTopic(c, name)
  },
  'grow: to as many, to fewer, to none': async (c, world) => {
    const name = await world.topic('t', { partitions: 2 })
    for (const count of [2, 1, 0, -1]) await grow(c, name, count)
  },
  'grow: an unknown topic': (c, world) => grow(c, world.name('t'), 3),
  'grow: the same topic twice': async (c, world) => {
    const name = await world.topic('t')
    const wanted = { name, count: 3, assignments: null }
    await c.call(createPartitions, 3, { topics: [wanted, wanted], timeoutMs: 10_000, validateOnly: false })
  },
  'grow: only to see whether it could': async (c, world) => {
    const name = await world.topic('t')
    await c.call(createPartitions, 1, {
      topics: [{ name, count: 3, assignments: null }],
      timeoutMs: 10_000,
      validateOnly: true,
    })
    await describeTopic(c, name)
  },
  "grow: with replicas of one's own choice": async (c, world) => {
    const name = await world.topic('t')
    await grow(c, name, 2, [[0]])
    await c.until(metadata, 7, { topics: [{ name }] }, ({ topics }) => topics[0]?.partitions.length === 2)
    await describeTopic(c, name)
  },
  'grow: with replicas that are none': async (c, world) => {
    const name = await world.topic('t')
    await grow(c, name, 3, [[0]])
    await grow(c, name, 2, [[7]])
    await grow(c, name, 2, [[0, 0]])
    await grow(c, name, 2, [[]])
    await grow(c, name, 2, [])
  },
  'delete: a topic, told by version': async (c, world) => {
    for (const version of [1, 3, 5]) {
      const name = await world.topic(`t${version}`)
      await c.call(deleteTopics, version, { topicNames: [name], timeoutMs: 10_000 })
    }
  },
  'delete: an unknown topic': async (c, world) => {
    await c.call(deleteTopics, 5, { topicNames: [world.name('t')], timeoutMs: 10_000 })
    await c.call(deleteTopics, 6, { topics: [{ name: world.name('t'), id: ZERO_UUID }], timeoutMs: 10_000 })
  },
  'delete: by id': async (c, world) => {
    const name = await world.topic('t')
    const known = await c.ask(metadata, 12, { topics: [{ name }] })
    const id = known.topics[0]?.id ?? ''
    await c.call(deleteTopics, 6, { topics: [{ name: null, id }], timeoutMs: 10_000 })
    await c.call(deleteTopics, 6, { topics: [{ name: null, id: UNKNOWN_UUID }], timeoutMs: 10_000 })
  },
  'delete: by id and by name at once, and by neither': async (c, world) => {
    const name = await world.topic('t')
    const known = await c.ask(metadata, 12, { topics: [{ name }] })
    await c.call(deleteTopics, 6, { topics: [{ name, id: known.topics[0]?.id ?? '' }], timeoutMs: 10_000 })
    await c.call(deleteTopics, 6, { topics: [{ name: null, id: ZERO_UUID }], timeoutMs: 10_000 })
  },
  'delete: the same topic twice': async (c, world) => {
    const name = await world.topic('t')
    await c.call(deleteTopics, 5, { topicNames: [name, name], timeoutMs: 10_000 })
  },
  'delete: a topic that is made again is empty and has another id': async (c, world) => {
    const name = await world.topic('t')
    await fill(c, name, batchOf(['a']))
    const before = await c.ask(metadata, 12, { topics: [{ name }] })
    await c.ask(deleteTopics, 5, { topicNames: [name], timeoutMs: 10_000 })
    await c.until(
      metadata,
      7,
      { topics: [{ name }], allowAutoTopicCreation: false },
      ({ topics }) => topics[0]?.errorCode === 3,
    )
    await create(c, name)
    await world.leader(name)
    const after = await c.ask(metadata, 12, { topics: [{ name }] })
    c.note(`another id: ${before.topics[0]?.id !== after.topics[0]?.id}`)
    c.note(`epoch ${after.topics[0]?.partitions[0]?.leaderEpoch}`)
  },
}
