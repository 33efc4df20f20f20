/** Probes by kafkajs itself: what its callers are handed, and which errors they meet. */
import kafkajs, { type Kafka } from 'kafkajs'
import type { ProbeWorld, Program, Programs } from './probe.ts'

// Not every name of this CommonJS package can be imported by name.
const { CompressionTypes, Kafka: KafkaJS, Partitioners } = kafkajs

const clientOf = ({ brokers }: ProbeWorld) =>
  new KafkaJS({
    clientId: 'probe',
    brokers: [...brokers],
    logCreator: () => () => {},
    retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 30 },
  })

/** Notes the error's type, or its name, if there is one. */
async function outcome(world: ProbeWorld, what: string, act: () => Promise<unknown>): Promise<void> {
  try {
    world.note(`${what}: ${world.print(JSON.stringify(await act()))}`)
  } catch (error) {
    const { type, name, message, errors } = error as Error & {
      type?: string
      errors?: readonly { type: string; message: string }[]
    }
    const inner = errors?.map((one) => `${one.type} ${one.message}`).join(', ')
    world.note(`${what} failed: ${type ?? name} ${world.print(inner ?? message)}`)
  }
}

const withAdmin =
  (program: (admin: ReturnType<Kafka['admin']>, world: ProbeWorld) => Promise<unknown>): Program =>
  async (_c, world) => {
    const admin = clientOf(world).admin()
    await admin.connect()
    try {
      await program(admin, world)
    } finally {
      await admin.disconnect()
    }
  }

const withProducer =
  (
    options: Parameters<Kafka['producer']>[0],
    program: (producer: ReturnType<Kafka['producer']>, world: ProbeWorld) => Promise<unknown>,
  ): Program =>
  async (_c, world) => {
    const id = options?.transactionalId
    const producer = clientOf(world).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      ...options,
      ...(id === undefined ? {} : { transactionalId: world.name(id) }),
    })
    await producer.connect()
    try {
      await program(producer, world)
    } finally {
      await producer.disconnect()
    }
  }

/** Notes what a group is handed until it has so many records. */
async function noteConsumed(
  world: ProbeWorld,
  topic: string,
  count: number,
  { group = 'g', readUncommitted = false } = {},
): Promise<void> {
  const consumer = clientOf(world).consumer({
    groupId: world.name(group),
    maxWaitTimeInMs: 50,
    readUncommitted,
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  let seen = 0
  await new Promise<void>((resolve, reject) => {
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error))
    const eachMessage: NonNullable<Parameters<typeof consumer.run>[0]>['eachMessage'] = async ({
      message,
    }) => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => ` ${name}=${value}`)
      world.note(`offset ${message.offset} ${message.key}=${message.value}${headers.join('')}`)
      if (++seen === count) resolve()
    }
    void consumer.run({ eachMessage })
  })
  await consumer.disconnect()
}

export const kafkajsProbes: Programs = {
  'kafkajs: what a send is answered with': withProducer({}, async (producer, world) => {
    const topic = await world.topic('t')
    for (const acks of [-1, 1, 0])
      await outcome(world, `acks ${acks}`, () => producer.send({ topic, acks, messages: [{ value: 'a' }] }))
  }),
  'kafkajs: a topic that does not exist is made': withProducer({}, async (producer, world) => {
    await outcome(world, 'send', () =>
      producer.send({ topic: world.name('new'), messages: [{ value: 'a' }] }),
    )
  }),
  'kafkajs: a record that is too large': withProducer({}, async (producer, world) => {
    const topic = await world.topic('t', { configs: { 'max.message.bytes': '200' } })
    await outcome(world, 'send', () => producer.send({ topic, messages: [{ value: 'x'.repeat(500) }] }))
  }),
  'kafkajs: keys fall on the same partitions': withProducer({}, async (producer, world) => {
    const topic = await world.topic('t', { partitions: 4 })
    for (const key of ['a', 'b', 'c', 'd', 'e'])
      await outcome(world, key, () => producer.send({ topic, messages: [{ key, value: 'v' }] }))
  }),
  'kafkajs: a group reads keys, values and headers, gzipped or not': withProducer(
    {},
    async (producer, world) => {
      const topic = await world.topic('t')
      const messages = [{ key: 'k', value: 'v', headers: { h: 'x' } }, { value: null }]
      await producer.send({ topic, messages })
      await producer.send({ topic, messages, compression: CompressionTypes.GZIP })
      await noteConsumed(world, topic, 4)
    },
  ),
  'kafkajs: making topics': withAdmin(async (admin, world) => {
    const topic = world.name('t')
    const make = (config: object = {}) => admin.createTopics({ topics: [{ topic, ...config }] })
    await outcome(world, 'first', () => make({ numPartitions: 2 }))
    await outcome(world, 'again', () => make())
    await outcome(world, 'a bad name', () => admin.createTopics({ topics: [{ topic: 'a b' }] }))
    await outcome(world, 'offsets', async () =>
      (await admin.fetchTopicOffsets(topic)).sort((a, b) => a.partition - b.partition),
    )
    await outcome(world, 'more partitions', () =>
      admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }),
    )
    await outcome(world, 'fewer', () => admin.createPartitions({ topicPartitions: [{ topic, count: 1 }] }))
    await outcome(world, 'deleted', () => admin.deleteTopics({ topics: [topic] }))
  }),
  'kafkajs: offsets of a group': withAdmin(async (admin, world) => {
    const topic = await world.topic('t')
    const groupId = world.name('g')
    await outcome(world, 'of nobody', () => admin.fetchOffsets({ groupId, topics: [topic] }))
    await outcome(world, 'described', () => admin.describeGroups([groupId]))
    await outcome(world, 'deleted', () => admin.deleteGroups([groupId]))
  }),
}

export const kafkajsTransactionProbes: Programs = {
  'kafkajs: a transaction that commits and one that aborts': withProducer(
    { transactionalId: 'x', maxInFlightRequests: 1, idempotent: true },
    async (producer, world) => {
      const topic = await world.topic('t')
      for (const [value, isKept] of [
        ['kept', true],
        ['dropped', false],
        ['kept too', true],
      ] as const) {
        const transaction = await producer.transaction()
        await transaction.send({ topic, messages: [{ key: 'k', value }] })
        if (isKept) await transaction.commit()
        else await transaction.abort()
      }
      await noteConsumed(world, topic, 2)
      await noteConsumed(world, topic, 3, { group: 'all', readUncommitted: true })
    },
  ),
}
