/** The scenarios of mq-05: each drives a part of the set-up and answers what the cluster and the wire showed. */
import { isDeepStrictEqual } from 'node:util'
import kafkajs from 'kafkajs'
import type { Act, Lab, SeenRequest } from '#lab/kit'
import { onKafka } from '#lab/kit/stage'
import type { Running, World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import type { OpenedEvent } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'

/** What client.ts exports. */
interface ClientModule {
  whoAnswers(world: World): Promise<{ readonly clusterId: string; readonly nodes: readonly number[] }>
}

/** What topics.ts exports. */
interface TopicsModule {
  createTopics(world: World): Promise<void>
}

interface Placed {
  readonly partition: number
  readonly offset: string
}

/** What producer.ts exports. */
interface ProducerModule {
  startProducer(world: World): Promise<PaymentProducer>
}

interface PaymentProducer {
  publish(key: string, payment: Envelope): Promise<Placed>
  stop(): Promise<void>
}

interface Received extends Placed {
  readonly key: string
  readonly payment: OpenedEvent
}

/** What consumer.ts exports. */
interface ConsumerModule {
  startConsumer(world: World, handle: (received: Received) => Promise<void>): Promise<Running>
}

const topic = 'payments.events'
/** What the task asks for. */
export const asked = { partitions: 6, replicas: 3, inSyncMin: 2 } as const
const onThreeNodes = { nodes: 3 } as const
/** APIs that brokers had for ZooKeeper's controller: LeaderAndIsr, StopReplica, UpdateMetadata, ControlledShutdown. */
const zooKeeperApis = [4, 5, 6, 7]
/** How often the topic is created; each time stands for one start of one instance. */
const starts = 5

export interface ClusterSeen {
  readonly reachedUs: boolean
  readonly server: string
  /** How many APIs the broker said it serves, and which of them only a broker with ZooKeeper has. */
  readonly apis: number
  readonly zooKeeperApis: readonly number[]
  readonly told: { readonly clusterId: string; readonly nodes: readonly number[] }
  readonly onTheWire: { readonly clusterId: string; readonly nodes: readonly number[] }
  readonly clientIds: readonly string[]
  readonly openConnections: number
  readonly trace: readonly TraceStep[]
}

/** The subject asks the cluster who it is. */
export const answered = onKafka(onThreeNodes, async (lab): Promise<ClusterSeen> => {
  const { whoAnswers } = await lab.subject.load<ClientModule>('client.ts', ['whoAnswers'])
  const proxy = await lab.kafkaProxy()
  const told = await lab.finished(whoAnswers(await lab.world()), text('whoAnswers()', 'whoAnswers()'), {
    file: 'client.ts',
    near: ['describeCluster('],
  })
  await lab.settles(() => proxy.openConnections === 0)
  const { requests, openConnections } = proxy
  const versions = requests.find(
    ({ method, direction }) => method === 'ApiVersions' && direction === 'to-client',
  )
  const keys = ((versions?.fields.apiKeys ?? []) as { apiKey: number }[]).map(({ apiKey }) => apiKey)
  const metadata = requests.findLast(
    ({ method, direction }) => method === 'Metadata' && direction === 'to-client',
  )
  const brokers = (metadata?.fields.brokers ?? []) as { nodeId: number }[]
  return {
    reachedUs: versions !== undefined,
    server: lab.server,
    apis: keys.length,
    zooKeeperApis: keys.filter((key) => zooKeeperApis.includes(key)),
    told: { clusterId: told?.clusterId ?? '', nodes: [...(told?.nodes ?? [])].sort() },
    onTheWire: {
      clusterId: String(metadata?.fields.clusterId ?? ''),
      nodes: brokers.map(({ nodeId }) => nodeId).sort(),
    },
    clientIds: clientIdsIn(requests),
    openConnections,
    trace: (await lab.requestSteps()).slice(-8),
  }
})

export interface ProducedSeen {
  /** The acks of each Produce request. */
  readonly acks: readonly number[]
  readonly allowsCreation: boolean
  /** Whether a topic came into being because somebody produced to a name that nobody had created. */
  readonly accident: { readonly partitions: number; readonly replicas: number } | undefined
  readonly accidentWas: 'resolved' | 'rejected' | 'pending'
  readonly stored: number
  readonly published: number
  readonly trace: readonly TraceStep[]
}

/** Three payments to a topic that is there; then one to a topic that nobody has created. */
export const produced = onKafka(onThreeNodes, async (lab): Promise<ProducedSeen> => {
  await declare(lab)
  const producer = await startedProducer(lab, await lab.world())
  const payments = events(lab, 4)
  const [last, ...others] = payments as [Envelope, ...Envelope[]]
  for (const payment of others) await published(lab, producer, payment)
  const stored = await lab.kafka.observer.read(lab.name(topic))
  const proxy = await lab.kafkaProxy()
  const acks = producesIn(proxy.requests).map(({ fields }) => Number(fields.acks))
  const trace = (await lab.requestSteps()).slice(-8)

  lab.say(
    'Somebody mistypes the name of the topic, and sends to it.',
    'Có người gõ sai tên topic rồi gửi vào đó.',
  )
  const astray = mistyped(await lab.world())
  const wrongTopic = astray.name(topic)
  const mistaken = await startedProducer(lab, astray)
  const outcome = lab.outcomeOf(mistaken.publish(keyOf(last), last), accidentMs)
  // The answer to the first question about it settles whether the broker makes it.
  await lab.settles(() => namedIn(proxy.requests, wrongTopic).length > 0)
  const { state } = await outcome
  const { topics } = await lab.kafka.inspect()
  const born = topics.find(({ name }) => name === wrongTopic)
  return {
    acks,
    allowsCreation: namedIn(proxy.requests, wrongTopic).some(
      ({ fields }) => fields.allowAutoTopicCreation !== false,
    ),
    accident:
      born === undefined
        ? undefined
        : { partitions: born.partitions.length, replicas: born.partitions[0]?.replicas.length ?? 0 },
    accidentWas: state,
    stored: stored.length,
    published: others.length,
    trace,
  }
})

export interface GroupSeen {
  /** Group ids as they were on the wire, for each start. */
  readonly groupIds: readonly string[]
  /** As the learner wrote it: equal to the one on the wire when it did not pass through world.name. */
  readonly plain: readonly string[]
  /** Payments that lay there before the first start, and how many of them were handed over. */
  readonly before: number
  readonly first: number
  /** Payments that came while the service was down, and what the second start was given. */
  readonly meanwhile: number
  readonly second: number
  readonly again: number
  readonly leftCleanly: boolean
  readonly trace: readonly TraceStep[]
}

/** Payments lie there before the service starts for the first time; more come while it is down. */
export const grouped = onKafka(onThreeNodes, async (lab): Promise<GroupSeen> => {
  await declare(lab)
  const payments = events(lab, 8)
  const early = payments.slice(0, 5)
  const late = payments.slice(5)
  await put(lab, early)
  const got: string[][] = []
  const start = async (): Promise<Running> => {
    const ids: string[] = []
    got.push(ids)
    return startedConsumer(lab, async ({ payment }) => void ids.push(payment.envelope.id))
  }
  const running = await start()
  await lab.settles(() => (got[0]?.length ?? 0) >= early.length)
  if ((got[0]?.length ?? 0) < early.length) await joined(lab, () => (got[0]?.length ?? 0) >= early.length)
  await lab.finished(running.stop(), text('stop()', 'stop()'), { file: 'consumer.ts' }, stopMs)
  const requests = await lab.requests('consumer')
  const leftCleanly = await lab.settles(() =>
    requests.some(({ method, direction }) => method === 'LeaveGroup' && direction === 'to-broker'),
  )

  lab.say('Three more come while the service is down.', 'Thêm ba thanh toán tới trong khi service đang dừng.')
  await put(lab, late)
  const restarted = await start()
  const lateIds = new Set(late.map(({ id }) => id))
  const gotLate = () => (got[1] ?? []).filter((id) => lateIds.has(id)).length
  await joined(lab, () => gotLate() >= late.length)
  await lab.finished(restarted.stop(), text('stop()', 'stop()'), { file: 'consumer.ts' }, stopMs)
  const groupIds = [...new Set(requests.filter(({ method }) => method === 'JoinGroup').flatMap(groupIdOf))]
  return {
    groupIds,
    plain: groupIds.filter((id) => lab.shown(id) === id),
    before: early.length,
    first: got[0]?.length ?? 0,
    meanwhile: late.length,
    second: gotLate(),
    again: (got[1]?.length ?? 0) - gotLate(),
    leftCleanly,
    trace: (await lab.requestSteps('consumer')).slice(-10),
  }
})

export interface TopicSeen {
  readonly found: TopicShape | undefined
  readonly others: readonly string[]
  /** What became of the second and each later call. */
  readonly again: 'resolved' | 'rejected' | 'pending'
  readonly why: string
  readonly times: number
  readonly afterwards: TopicShape | undefined
  /** What createTopics() said where there was a topic of the name already, with one partition. */
  readonly mismatch: 'resolved' | 'rejected' | 'pending'
  readonly mismatchAfterwards: number
}

/** How a topic is. */
export interface TopicShape {
  readonly partitions: number
  readonly replicas: number
  readonly inSyncMin: number
  readonly unclean: boolean
}

/** The topic is created, again and again; then where somebody else was faster, and careless. */
export const created = onKafka(onThreeNodes, async (lab): Promise<TopicSeen> => {
  const { createTopics } = await lab.subject.load<TopicsModule>('topics.ts', ['createTopics'])
  const at = { file: 'topics.ts', near: ['createTopics('] }
  const call = text('createTopics()', 'createTopics()')
  await lab.finished(createTopics(await lab.world()), call, at)
  const found = await shapeOf(lab, lab.name(topic))
  const others = (await lab.kafka.inspect()).topics.map(({ name }) => lab.shown(name))
  let again: TopicSeen['again'] = 'resolved'
  let why = ''
  for (let nth = 2; nth <= starts && again === 'resolved'; nth += 1) {
    const outcome = await lab.outcomeOf(createTopics(await lab.world()))
    again = outcome.state
    why = outcome.state === 'rejected' ? outcome.message : ''
  }
  const afterwards = await shapeOf(lab, lab.name(topic))

  lab.say(
    'Elsewhere somebody was faster: the topic is there already, with one partition.',
    'Ở một nơi khác có người nhanh tay hơn: topic đã có sẵn, với một partition.',
  )
  const elsewhere = mistyped(await lab.world())
  await lab.kafka.observer.createTopic(elsewhere.name(topic), {
    partitions: 1,
    config: { 'min.insync.replicas': String(asked.inSyncMin) },
  })
  const { state: mismatch } = await lab.outcomeOf(createTopics(elsewhere))
  const mismatchAfterwards = (await shapeOf(lab, elsewhere.name(topic)))?.partitions ?? 0
  return { found, others, again, why, times: starts, afterwards, mismatch, mismatchAfterwards }
})

export interface RoundTripSeen {
  readonly published: number
  /** What producer.ts reported and what the log says, in the order of publishing. */
  readonly places: readonly { readonly said: string; readonly is: string }[]
  readonly keysInLog: readonly (string | null)[]
  readonly keysExpected: readonly string[]
  /** Payments that are not in the log as they were given. */
  readonly changed: number
  readonly received: number
  /** Received from somewhere else than where they lie, or as something else. */
  readonly misreported: number
  readonly partitionsUsed: number
  readonly trace: readonly TraceStep[]
}

/** Twelve payments there and back. */
export const thereAndBack = onKafka(onThreeNodes, async (lab): Promise<RoundTripSeen> => {
  await declare(lab)
  const received: Received[] = []
  await startedConsumer(lab, async (each) => void received.push(each))
  const producer = await startedProducer(lab, await lab.world())
  const payments = events(lab, 12)
  const placed: Placed[] = []
  for (const payment of payments) placed.push(await published(lab, producer, payment))
  const log = await lab.kafka.observer.read(lab.name(topic))
  const found = payments.map(({ id }) => log.find(({ value }) => idIn(value) === id))
  await joined(lab, () => received.length >= payments.length || found.includes(undefined))
  return {
    published: payments.length,
    places: placed.map((each, at) => ({
      said: `${each?.partition}/${each?.offset}`,
      is: `${found[at]?.partition ?? '?'}/${found[at]?.offset ?? '?'}`,
    })),
    keysInLog: found.map((record) => record?.key ?? null),
    keysExpected: payments.map(keyOf),
    changed: payments.filter((payment, at) => !isDeepStrictEqual(parsed(found[at]?.value), payment)).length,
    received: new Set(received.map(({ payment }) => payment.envelope.id)).size,
    misreported: received.filter((each) => !isAsInLog(each)).length,
    partitionsUsed: new Set(found.map((record) => record?.partition)).size,
    trace: (await lab.requestSteps()).slice(-6),
  }

  function isAsInLog({ payment, partition, offset, key }: Received): boolean {
    const at = payments.findIndex(({ id }) => id === payment.envelope.id)
    const record = found[at]
    return (
      record !== undefined &&
      record.partition === partition &&
      String(record.offset) === String(offset) &&
      record.key === key
    )
  }
})

export const live: readonly Act[] = [
  { title: text('Who answers?', 'Ai trả lời?'), scenario: answered },
  { title: text('A topic made on purpose', 'Một topic được tạo có chủ đích'), scenario: created },
  { title: text('Twelve payments there and back', 'Mười hai thanh toán đi và về'), scenario: thereAndBack },
]

/** How long a send to a topic that is not there is watched. */
const accidentMs = 1000
/** Whoever joins a group waits for its other members, once for each that joins. */
const joinMs = 12_000
const stopMs = 3000

async function startedProducer(lab: Lab, world: World): Promise<PaymentProducer> {
  const file = 'producer.ts'
  const { startProducer } = await lab.subject.load<ProducerModule>(file, ['startProducer'])
  const what = text('startProducer()', 'startProducer()')
  const started = await lab.finished(startProducer(world), what, { file })
  const producer = lab.subject.guard<PaymentProducer>(started, ['publish', 'stop'], file)
  lab.defer(async () => void (await lab.outcomeOf(producer.stop(), stopMs)))
  return producer
}

async function startedConsumer(lab: Lab, handle: (received: Received) => Promise<void>): Promise<Running> {
  const file = 'consumer.ts'
  const { startConsumer } = await lab.subject.load<ConsumerModule>(file, ['startConsumer'])
  const what = text('startConsumer()', 'startConsumer()')
  const started = await lab.finished(
    startConsumer(await lab.world('consumer'), handle),
    what,
    { file },
    joinMs,
  )
  const running = lab.subject.guard<Running>(started, ['stop'], file)
  lab.defer(async () => void (await lab.outcomeOf(running.stop(), stopMs)))
  return running
}

function published(lab: Lab, producer: PaymentProducer, payment: Envelope): Promise<Placed> {
  const at = { file: 'producer.ts', near: ['.send('] }
  return lab.finished(producer.publish(keyOf(payment), payment), text('publish()', 'publish()'), at)
}

/** Waits for what should be handed over; not for ever, since nothing may be coming. */
async function joined(lab: Lab, fact: () => boolean): Promise<void> {
  const deadline = lab.run.now() + lab.allowed(handedOverMs)
  while (!fact() && lab.run.now() < deadline) await lab.settles(fact)
}
const handedOverMs = 2500

/** The topic as the task wants it, where the topic is not what is looked at. */
function declare(lab: Lab): Promise<void> {
  return lab.kafka.observer.createTopic(lab.name(topic), {
    partitions: asked.partitions,
    replicas: asked.replicas,
    config: { 'min.insync.replicas': String(asked.inSyncMin) },
  })
}

async function shapeOf(lab: Lab, name: string): Promise<TopicShape | undefined> {
  const { topics } = await lab.kafka.inspect()
  const found = topics.find((each) => each.name === name)
  if (found === undefined) return undefined
  const settings = await settingsOf(lab, name)
  return {
    partitions: found.partitions.length,
    replicas: Math.min(...found.partitions.map(({ replicas }) => replicas.length)),
    inSyncMin: Number(settings.get('min.insync.replicas')),
    unclean: settings.get('unclean.leader.election.enable') === 'true',
  }
}

async function settingsOf(lab: Lab, name: string): Promise<Map<string, string>> {
  const admin = await lab.kafka.observer.admin()
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }],
  })
  const entries = resources[0]?.configEntries ?? []
  return new Map(entries.map(({ configName, configValue }) => [configName, configValue]))
}

/** The same world, in which a topic's name comes out as another one: what was created is not there. */
function mistyped(world: World): World {
  return { ...world, name: (name) => world.name(`${name}.elsewhere`) }
}

function events(lab: Lab, howMany: number): Envelope[] {
  return somePayments(howMany, seededSource(lab.run.seed)).map((payment) =>
    requestedEvent(payment, lab.run.seed),
  )
}

const keyOf = ({ subject = '' }: Envelope): string => subject

async function put(lab: Lab, payments: readonly Envelope[]): Promise<void> {
  const records = payments.map((payment) => ({ key: keyOf(payment), value: JSON.stringify(payment) }))
  await lab.kafka.observer.produce(lab.name(topic), records)
}

type Requests = readonly SeenRequest[]

const producesIn = (requests: Requests) =>
  requests.filter(({ method, direction }) => method === 'Produce' && direction === 'to-broker')

/** Who asked, as the requests say: each client tells its id with every one. */
const clientIdsIn = (requests: Requests): string[] => [
  ...new Set(
    requests
      .filter(({ direction }) => direction === 'to-broker')
      .map(({ fields }) => String(fields.clientId ?? '')),
  ),
]

/** Questions about a topic. */
const namedIn = (requests: Requests, name: string) =>
  requests.filter(
    ({ method, direction, fields }) =>
      method === 'Metadata' &&
      direction === 'to-broker' &&
      ((fields.topics ?? []) as { name: string }[]).some((each) => each.name === name),
  )

const groupIdOf = ({ fields }: Requests[number]): string[] =>
  typeof fields.groupId === 'string' ? [fields.groupId] : []

const parsed = (value: Buffer | null | undefined): unknown => {
  try {
    return JSON.parse(value?.toString() ?? 'null')
  } catch {
    return undefined
  }
}

const idIn = (value: Buffer | null): unknown => (parsed(value) as { id?: unknown } | null | undefined)?.id
