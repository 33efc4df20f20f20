/** The scenarios of mq-06: each drives the producer, lets something happen to it, and answers what the log has. */
import { isDeepStrictEqual } from 'node:util'
import kafkajs from 'kafkajs'
import type { Act, FoundRecord, Lab, PlacedFault, SeenRequest } from '#lab/kit'
import { onKafka } from '#lab/kit/stage'
import type { World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { type PaymentEventName, sealEvent, type WirePayment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'

interface Placed {
  readonly partition: number
  readonly offset: string
}

/** What start() in producer.ts answers. */
interface Producer {
  sendMessage(topic: string, key: string, message: Envelope): Promise<Placed | undefined>
  stop(): Promise<void>
}

interface Settings {
  readonly acks?: Acks
  readonly retries?: number
}

interface ProducerModule {
  start(world: World, settings?: Settings): Promise<Producer>
}

/** What key.ts exports. */
interface KeyModule {
  keyOf(event: Envelope<WirePayment>): string
}

/** Who has to have a record: all in-sync replicas, the leader, nobody. */
export type Acks = -1 | 0 | 1

const file = 'producer.ts'
const keyFile = 'key.ts'
const onThreeNodes = { nodes: 3 } as const
/** So many connections a client with three nodes has good reasons for; one more for each record it has not. */
export const connectionsMax = 8
/** While writing is impossible, attempts are watched until the waits between them have grown, or there are so many. */
const attemptsMany = 12
/** How long the producer may take to try that often. */
const attemptsMs = 6000
/** How much longer the last waits are than the first, at least: doubling comes to 3 within three of them. */
const growthMin = 1.8
/** How long a send may take when nodes come and go. */
const comeBackMs = 6000
/** The same where dozens wait in front of it. */
const inTurnMs = 12_000
const lastWordMs = 1000
/** How many replies of a payment are lost, one after another. */
const repliesLost = 8
/** What a topic takes that refuses large records. */
const recordBytesMax = 2000

/** How one send ended, as its caller sees it. */
export interface Sent {
  readonly id: string
  readonly state: 'resolved' | 'rejected' | 'pending'
  /** Where it is said to lie, as partition/offset. */
  readonly place: string | undefined
  /** The error's name. */
  readonly error: string
  readonly message: string
}

export interface ServiceSeen {
  readonly sent: readonly Sent[]
  readonly connections: number
  readonly producerIds: number
  /** What became of the payments that were not answered yet when stop() was called. */
  readonly outstanding: readonly Sent[]
  readonly stopped: 'resolved' | 'rejected' | 'pending'
  readonly openConnections: number
  readonly stored: number
  readonly trace: readonly TraceStep[]
}

/** Twenty payments one after another and together, then stop() while an answer is out and others wait behind it. */
export const stoppedInTime = onKafka(onThreeNodes, async (lab): Promise<ServiceSeen> => {
  const topic = await declare(lab)
  const proxy = await lab.kafkaProxy()
  const producer = await started(lab)
  const events = requested(lab, 23)
  const others = events.slice(0, 20)
  const sent: Sent[] = []
  for (const event of others.slice(0, 5)) sent.push(await send(lab, producer, { topic, event }))
  sent.push(...(await Promise.all(others.slice(5).map((event) => send(lab, producer, { topic, event })))))

  lab.say(
    'An answer is held back, two more payments wait, and stop() is called.',
    'Một câu trả lời bị giữ lại, hai thanh toán nữa đang chờ, rồi gọi stop().',
  )
  const held = await lab.place({
    name: 'late answer',
    text: text('the answer is held back', 'câu trả lời bị giữ lại'),
    when: { direction: 'to-client', method: 'Produce' },
    what: { kind: 'hold' },
  })
  const outstanding = events.slice(20).map((event) => send(lab, producer, { topic, event }))
  await lab.settles(() => held.state === 'fired')
  const stopping = lab.outcomeOf(producer.stop(), comeBackMs)
  await turns(20)
  held.release()
  const { state: stopped } = await stopping
  await lab.settles(() => proxy.openConnections === 0)
  const { requests } = proxy
  return {
    sent,
    connections: new Set(requests.map(({ connection }) => connection)).size,
    producerIds: producerIdsIn(requests),
    outstanding: await Promise.all(outstanding),
    stopped,
    openConnections: proxy.openConnections,
    stored: (await lab.kafka.observer.read(topic)).length,
    trace: (await lab.requestSteps()).slice(-8),
  }
})

export interface PlacesSeen {
  readonly sent: readonly Sent[]
  /** Where each lies, as partition/offset; undefined: nowhere. */
  readonly found: readonly (string | undefined)[]
  /** Records whose key or value is not what was given. */
  readonly keysLost: number
  readonly changed: number
  readonly partitions: number
  readonly trace: readonly TraceStep[]
}

/** Twenty payments at once, of twenty keys. */
export const placed = onKafka(onThreeNodes, async (lab): Promise<PlacesSeen> => {
  const topic = await declare(lab)
  const producer = await started(lab)
  const events = requested(lab, 20)
  const sent = await Promise.all(events.map((event) => send(lab, producer, { topic, event })))
  const log = await lab.kafka.observer.read(topic)
  const records = events.map(({ id }) => log.find((record) => idOf(record) === id))
  return {
    sent,
    found: records.map((record) => record && `${record.partition}/${record.offset}`),
    keysLost: records.filter((record, at) => record !== undefined && record.key !== events[at]?.subject)
      .length,
    changed: records.filter(
      (record, at) => record !== undefined && !isDeepStrictEqual(json(record), events[at]),
    ).length,
    partitions: new Set(log.map(({ partition }) => partition)).size,
    trace: (await lab.requestSteps()).slice(-6),
  }
})

/** What one choice of acks came to. */
export interface AcksSeen {
  readonly acks: Acks
  /** As the Produce requests said. */
  readonly onTheWire: readonly number[]
  /** Sent while only the leader could have them, and how many of these were reported as sent before it died. */
  readonly sent: number
  readonly reportedBefore: number
  readonly reported: readonly string[]
  /** Reported as sent and not in the log when another node leads. */
  readonly lost: readonly string[]
  readonly twice: readonly string[]
  readonly why: string
  readonly trace: readonly TraceStep[]
}

export interface LeaderKilledSeen {
  readonly runs: readonly AcksSeen[]
  readonly kills: number
}

/** For each acks: both followers stop copying, payments are sent, the leader is killed, and a follower takes over. */
export const leaderKilled = onKafka(onThreeNodes, async (lab): Promise<LeaderKilledSeen> => {
  lab.kafka.needs(['nodes'])
  const runs: AcksSeen[] = []
  for (const acks of [0, 1, -1] as const) runs.push(await leaderKilledWith(lab, acks))
  return { runs, kills: runs.length }
})

async function leaderKilledWith(lab: Lab, acks: Acks): Promise<AcksSeen> {
  const topic = await declare(lab, { name: `payments.acks${acks === -1 ? 'all' : acks}`, partitions: 1 })
  const producer = await started(lab, { acks })
  const requests = await lab.requests()
  const events = requested(lab, 7)
  const early = events.slice(0, 2)
  const late = events.slice(2)
  for (const event of early) await send(lab, producer, { topic, event })
  await reaches(lab, async () => (await lab.kafka.observer.read(topic)).length >= early.length)
  lab.say(
    `acks=${acks === -1 ? 'all' : acks}: both followers stop copying, and ${late.length} payments are sent.`,
    `acks=${acks === -1 ? 'all' : acks}: cả hai follower ngừng chép, rồi ${late.length} thanh toán được gửi.`,
  )
  const leader = await lab.kafka.leaderOf(topic)
  const followers = await lab.kafka.freezeFollowers(topic)
  const reported: string[] = []
  const sending = late.map(async (event) => {
    const outcome = await send(lab, producer, { topic, event, withinMs: comeBackMs })
    if (outcome.state === 'resolved') reported.push(event.id)
    return outcome
  })
  // With acks 0 and 1 they are all reported; with acks all none is, and the first is at the leader.
  if (acks === -1) await lab.settles(() => requestsAbout(requests, 'Produce', topic).length > early.length)
  else await Promise.all(sending)
  await turns(20)
  const reportedBefore = reported.length
  await lab.kafka.killNode(leader)
  for (const node of followers) await lab.kafka.thawNode(node)
  lab.say('The leader is killed. A follower takes over.', 'Leader bị kill. Một follower lên thay.')
  const outcomes = await Promise.all(sending)
  await finish(lab, producer)
  await lab.kafka.startNode(leader)
  const ids = await idsIn(lab, topic)
  const lost = reported.filter((id) => !ids.includes(id))
  lab.say(
    `acks=${acks === -1 ? 'all' : acks}: ${reported.length} were reported as sent, ${lost.length} of them are gone.`,
    `acks=${acks === -1 ? 'all' : acks}: ${reported.length} thanh toán được báo đã gửi, ${lost.length} trong số đó đã mất.`,
  )
  const produces = requestsAbout(requests, 'Produce', topic)
  return {
    acks,
    onTheWire: [...new Set(produces.map(({ fields }) => Number(fields.acks)))],
    sent: late.length,
    reportedBefore,
    reported,
    lost,
    twice: late.map(({ id }) => id).filter((id) => ids.filter((each) => each === id).length > 1),
    why: outcomes.find(({ state }) => state === 'rejected')?.message ?? '',
    trace: (await lab.requestSteps()).slice(-6),
  }
}

export interface OutageSeen {
  /** A payment that was sent while writing was impossible. */
  readonly outlasted: Sent
  readonly outlastedInLog: number
  /** Milliseconds between its attempts, while writing was impossible. */
  readonly waits: readonly number[]
  /** Whether they have grown; undefined where there were too few of them to tell. */
  readonly hasGrown: boolean | undefined
  /** A payment all of whose replies were lost. */
  readonly unknown: Sent
  readonly unknownInLog: number
  /** The payment after it, whose reply arrived. */
  readonly next: Sent
  readonly nextInLog: number
  /** A payment larger than the topic takes. */
  readonly refused: Sent
  readonly refusedAttempts: number
  readonly trace: readonly TraceStep[]
}

/** Writing is impossible for a while; then replies are lost until the producer gives up; then a record is refused. */
export const outage = onKafka(onThreeNodes, async (lab): Promise<OutageSeen> => {
  lab.kafka.needs(['nodes'])
  const topic = await declare(lab, { partitions: 1 })
  const [first, second, third, fourth, fifth] = requested(lab, 5) as [
    Envelope,
    Envelope,
    Envelope,
    Envelope,
    Envelope,
  ]
  const producer = await started(lab)
  await send(lab, producer, { topic, event: first })
  const leader = await lab.kafka.leaderOf(topic)
  const followers = [0, 1, 2].filter((node) => node !== leader)
  lab.say(
    'Two of three nodes are killed. One replica in sync is less than min.insync.replicas: nobody can write.',
    'Hai trong ba node bị kill. Chỉ còn một replica in sync, ít hơn min.insync.replicas: không ai ghi được.',
  )
  for (const node of followers) await lab.kafka.killNode(node)
  const requests = await lab.requests()
  const from = requests.length
  const sending = send(lab, producer, { topic, event: second, withinMs: attemptsMs + comeBackMs })
  let isOver = false
  void sending.then(() => {
    isOver = true
  })
  const attempts = () => requestsAbout(requests.slice(from), 'Produce', topic)
  const began = lab.run.now()
  const waits = () => waitsBetween(attempts())
  const enough = () => isOver || attempts().length >= attemptsMany || hasGrown(waits()) === true
  while (!enough() && lab.run.now() - began < lab.allowed(attemptsMs)) await lab.settles(enough)
  const waited = waits()
  for (const node of followers) await lab.kafka.startNode(node)
  const outlasted = await sending
  await finish(lab, producer)

  lab.say(
    'Now the replies to a payment are lost, each of them, until the producer gives up.',
    'Bây giờ mọi phản hồi cho một thanh toán đều bị mất, cho tới khi producer bỏ cuộc.',
  )
  const patient = await started(lab, { retries: 2 })
  const losses: PlacedFault[] = []
  for (let nth = 1; nth <= repliesLost; nth += 1) {
    const lost = await lab.place({
      name: `lost reply ${nth}`,
      text: text('the reply is lost', 'phản hồi bị mất'),
      when: { direction: 'to-broker', method: 'Produce', nth },
      what: { kind: 'drop-reply' },
    })
    losses.push(lost)
  }
  const unknown = await send(lab, patient, { topic, event: third, withinMs: comeBackMs })
  for (const lost of losses) lost.lift()
  const next = await send(lab, patient, { topic, event: fourth, withinMs: comeBackMs })
  const trace = (await lab.requestSteps()).slice(-8)
  const ids = await idsIn(lab, topic)

  const small = await declare(lab, {
    name: 'payments.small',
    partitions: 1,
    config: { 'max.message.bytes': String(recordBytesMax) },
  })
  const large = { ...fifth, dataschema: `${fifth.dataschema}?${'x'.repeat(recordBytesMax)}` }
  const refused = await send(lab, patient, { topic: small, event: large, withinMs: comeBackMs })
  await finish(lab, patient)
  const count = (id: string) => ids.filter((each) => each === id).length
  return {
    outlasted,
    outlastedInLog: count(second.id),
    waits: waited,
    hasGrown: hasGrown(waited),
    unknown,
    unknownInLog: count(third.id),
    next,
    nextInLog: count(fourth.id),
    refused,
    refusedAttempts: requestsAbout(requests, 'Produce', small).length,
    trace,
  }
})

function waitsBetween(attempts: readonly SeenRequest[]): number[] {
  return attempts.slice(1).map(({ atMs }, index) => Math.round(atMs - (attempts[index]?.atMs ?? atMs)))
}

/** By the mean of two at each end: what else the computer does makes single waits longer. */
function hasGrown(waits: readonly number[]): boolean | undefined {
  if (waits.length < 3) return undefined
  const sum = (some: readonly number[]) => some.reduce((total, ms) => total + ms, 0)
  return sum(waits.slice(-2)) >= growthMin * sum(waits.slice(0, 2))
}

/** One attempt to produce, as it was on the wire. */
export interface Attempt {
  readonly producerId: number
  readonly sequence: number
  readonly records: number
}

export interface LostReplySeen {
  readonly sent: readonly Sent[]
  /** How often each of them is in the log. */
  readonly copies: readonly number[]
  readonly attempts: readonly Attempt[]
  readonly repeated: number
  readonly trace: readonly TraceStep[]
}

/** Three payments are sent at the same moment, and the replies to the first two requests are lost. */
export const lostReply = onKafka(onThreeNodes, async (lab): Promise<LostReplySeen> => {
  const topic = await declare(lab, { partitions: 1 })
  const [zeroth, ...events] = requested(lab, 4) as [Envelope, ...Envelope[]]
  const producer = await started(lab)
  await send(lab, producer, { topic, event: zeroth })
  const losses: PlacedFault[] = []
  for (const nth of [1, 2]) {
    const lost = await lab.place({
      name: `lost reply ${nth}`,
      text: text('the record is stored, and the reply is lost', 'record đã được lưu, còn phản hồi bị mất'),
      when: { direction: 'to-broker', method: 'Produce', nth },
      what: { kind: 'drop-reply' },
    })
    losses.push(lost)
  }
  const sending = events.map((event) => send(lab, producer, { topic, event, withinMs: comeBackMs }))
  for (const lost of losses) {
    await lab.fired(lost, text('nothing more was produced', 'không có gì được gửi thêm'), { file })
  }
  const sent = await Promise.all(sending)
  const ids = await idsIn(lab, topic)
  const produces = requestsAbout(await lab.requests(), 'Produce', topic)
  const attempts = produces.flatMap(batchesOf)
  const seen = new Set<string>()
  let repeated = 0
  for (const { producerId, sequence } of attempts) {
    const name = `${producerId}/${sequence}`
    if (producerId >= 0 && seen.has(name)) repeated += 1
    seen.add(name)
  }
  return {
    sent,
    copies: events.map(({ id }) => ids.filter((each) => each === id).length),
    attempts,
    repeated,
    trace: withSequences(await lab.requestSteps(), produces).slice(-10),
  }
})

/** Says beside each Produce request which sequence number it began with: what the broker compares. */
function withSequences(steps: readonly TraceStep[], produces: readonly SeenRequest[]): TraceStep[] {
  let nth = 0
  return steps.map((step) => {
    if (step.from !== 'producer' || !step.what.startsWith('Produce')) return step
    const sequence = batchesOf(produces[nth++] as SeenRequest)[0]?.sequence ?? -1
    return sequence < 0 ? step : { ...step, note: text(`sequence ${sequence}`, `sequence ${sequence}`) }
  })
}

export interface KeysSeen {
  readonly payments: number
  readonly events: number
  readonly stored: number
  readonly keyless: number
  /** Payments whose events lie in more than one partition. */
  readonly scattered: readonly string[]
  /** Payments whose events lie in another order than they happened. */
  readonly disordered: readonly string[]
  /** Events in the fullest partition. */
  readonly fullest: number
  readonly partitions: number
  readonly example: string
}

/** The events of twenty-four payments, most of them of one merchant. */
export const keyed = onKafka(onThreeNodes, async (lab): Promise<KeysSeen> => {
  const topic = await declare(lab)
  const { keyOf } = await lab.subject.load<KeyModule>(keyFile, ['keyOf'])
  const producer = await started(lab)
  const payments = somePayments(24, seededSource(lab.run.seed)).map((payment, at) =>
    at % 4 === 3 ? payment : { ...payment, merchant_id: 'night-market' },
  )
  const source = seededSource(lab.run.seed + 1)
  const steps: readonly PaymentEventName[] = ['PaymentRequested', 'PaymentAuthorized', 'PaymentCaptured']
  // Whose key is asked for must not read it off the envelope: not every producer fills in a partitionkey.
  const stories = steps.flatMap((step) =>
    payments.map((payment) => {
      const { partitionkey: _, ...event } = sealEvent(step, payment, source)
      return JSON.parse(JSON.stringify(event)) as Envelope<WirePayment>
    }),
  )
  const keys: string[] = []
  for (const event of stories) keys.push(keyOf(event))
  const sending = stories.map((event, at) =>
    send(lab, producer, { topic, event, key: keys[at] ?? '', withinMs: inTurnMs }),
  )
  await Promise.all(sending)
  const log = await lab.kafka.observer.read(topic)
  const partitionsOf = (id: string) =>
    new Set(log.filter((record) => paymentIn(record) === id).map(({ partition }) => partition))
  const typesOf = (id: string) =>
    log.filter((record) => paymentIn(record) === id).map((record) => String(json(record)?.type))
  const ids = payments.map(({ payment_id }) => payment_id)
  const wanted = stories.filter(({ data }) => data.payment_id === ids[0]).map(({ type }) => type)
  const fill = fillOf(log)
  return {
    payments: ids.length,
    events: stories.length,
    stored: log.length,
    keyless: log.filter(({ key }) => key === null || key === '').length,
    scattered: ids.filter((id) => partitionsOf(id).size > 1),
    disordered: ids.filter((id) => typesOf(id).join() !== wanted.join()),
    fullest: Math.max(0, ...fill),
    partitions: 6,
    example: keys[0] ?? '',
  }
})

export interface KilledSeen {
  readonly sent: readonly Sent[]
  /** Reported as sent and not in the log, or there more than once. */
  readonly lost: readonly string[]
  readonly twice: readonly string[]
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** Forty payments in waves; the node that leads one of the partitions is killed in the middle. */
export const killedMidStream = onKafka(onThreeNodes, async (lab): Promise<KilledSeen> => {
  lab.kafka.needs(['nodes'])
  const topic = await declare(lab)
  const producer = await started(lab)
  const events = requested(lab, 40)
  const wave = (from: number): Promise<Sent>[] =>
    events
      .slice(from, from + waveSize)
      .map((event) => send(lab, producer, { topic, event, withinMs: comeBackMs }))
  const sending = wave(0)
  await Promise.all(sending)
  // The node to which a payment of the second half goes dies while that request is under way to it.
  const partition = partitionOf(events[events.length / 2]?.subject ?? '', 6)
  const leader = await lab.kafka.leaderOf(topic, partition)
  const kill = await lab.place({
    name: 'broker killed',
    text: text('a broker is killed here', 'một broker bị kill tại đây'),
    when: { direction: 'to-broker', method: 'Produce', fields: { topic, partition } },
    what: { kind: 'do', fate: 'pass', action: () => lab.kafka.killNode(leader) },
  })
  for (let from = waveSize; from < events.length; from += waveSize) {
    const next = wave(from)
    sending.push(...next)
    // Whoever bundles what waits shall not bundle everything into one request.
    await Promise.race(next)
  }
  await lab.fired(
    kill,
    text('nothing was sent to one of six partitions', 'không có gì được gửi vào một trong sáu partition'),
    { file },
  )
  const sent = await Promise.all(sending)
  await finish(lab, producer)
  await lab.kafka.startNode(leader)
  const ids = await idsIn(lab, topic)
  const reported = sent.filter(({ state }) => state === 'resolved').map(({ id }) => id)
  const count = (id: string) => ids.filter((each) => each === id).length
  return {
    sent,
    lost: reported.filter((id) => count(id) === 0),
    twice: reported.filter((id) => count(id) > 1),
    kills: 1,
    trace: (await lab.requestSteps()).slice(-8),
  }
})
const waveSize = 10

export interface PartitionsSeen {
  readonly sent: number
  readonly records: number
  /** Keys that lie elsewhere than murmur2 says. */
  readonly astray: readonly { readonly key: string; readonly is: number; readonly predicted: number }[]
  /** How full the fullest partition is, against the mean. */
  readonly skewOfFew: number
  readonly skewOfMany: number
  readonly emptyOfFew: number
  readonly few: number
  readonly many: number
}

/** Ten keys with four records each, then a hundred and twenty keys with one each, over ten partitions. */
export const hashed = onKafka(onThreeNodes, async (lab): Promise<PartitionsSeen> => {
  const producer = await started(lab)
  const [event] = requested(lab, 1) as [Envelope]
  const fill = async (name: string, keys: readonly string[], each: number) => {
    const topic = await declare(lab, { name, partitions: partitionsHashed, replicas: 1 })
    const sends = keys.flatMap((key) =>
      Array.from({ length: each }, () => send(lab, producer, { topic, event, key, withinMs: inTurnMs })),
    )
    await Promise.all(sends)
    return lab.kafka.observer.read(topic)
  }
  const fewKeys = Array.from({ length: 10 }, (_, nth) => `wallet-${nth}`)
  const manyKeys = Array.from({ length: 120 }, (_, nth) => `wallet-${1000 + nth}`)
  const few = await fill('payments.few-keys', fewKeys, recordsOfEach)
  const many = await fill('payments.many-keys', manyKeys, 1)
  await finish(lab, producer)
  const astray = [...few, ...many].flatMap(({ key, partition }) => {
    const predicted = partitionOf(key ?? '', partitionsHashed)
    return partition === predicted ? [] : [{ key: key ?? 'none', is: partition, predicted }]
  })
  return {
    sent: fewKeys.length * recordsOfEach + manyKeys.length,
    records: few.length + many.length,
    astray,
    skewOfFew: skew(few),
    skewOfMany: skew(many),
    emptyOfFew: fillOf(few, partitionsHashed).filter((records) => records === 0).length,
    few: fewKeys.length,
    many: manyKeys.length,
  }
})
const partitionsHashed = 10
const recordsOfEach = 4

/** What kafkajs and the Java client compute alike. */
function partitionOf(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    isr: [],
    partitionErrorCode: 0,
    replicas: [],
  }))
  const message = { key: Buffer.from(key), value: null }
  return kafkajs.Partitioners.DefaultPartitioner()({ topic: 'any', partitionMetadata, message })
}

function skew(log: readonly FoundRecord[]): number {
  const fullest = Math.max(0, ...fillOf(log, partitionsHashed))
  return Math.round((fullest / (log.length / partitionsHashed)) * 100) / 100
}

function fillOf(log: readonly FoundRecord[], partitions = 6): number[] {
  return Array.from({ length: partitions }, (_, at) => log.filter(({ partition }) => partition === at).length)
}

export const live: readonly Act[] = [
  {
    title: text(
      'The leader dies before a follower has the payment',
      'Leader chết trước khi follower có thanh toán',
    ),
    scenario: leaderKilled,
  },
  { title: text('A reply is lost', 'Một phản hồi bị mất'), scenario: lostReply },
  {
    title: text('A broker is killed in the middle of a stream', 'Một broker bị kill giữa dòng message'),
    scenario: killedMidStream,
  },
]

export async function started(lab: Lab, settings?: Settings): Promise<Producer> {
  const { start } = await lab.subject.load<ProducerModule>(file, ['start'])
  const starting = start(await lab.world(), settings)
  const producer = lab.subject.guard<Producer>(
    await lab.finished(starting, text('start()', 'start()'), { file }),
    ['sendMessage', 'stop'],
    file,
  )
  lab.defer(() => finish(lab, producer))
  return producer
}

/** Sends one payment and answers how that ended; its key is the payment unless told otherwise. */
async function send(
  lab: Lab,
  producer: Producer,
  what: { topic: string; event: Envelope; key?: string; withinMs?: number },
): Promise<Sent> {
  const { topic, event, key = event.subject ?? '', withinMs } = what
  const outcome = await lab.outcomeOf(producer.sendMessage(topic, key, event), withinMs)
  const { state } = outcome
  const cause = state === 'rejected' ? outcome.error.cause : undefined
  return {
    id: event.id,
    state,
    place:
      state === 'resolved' && outcome.value !== undefined
        ? `${outcome.value?.partition}/${outcome.value?.offset}`
        : undefined,
    error: cause instanceof Error ? cause.name : '',
    message: state === 'rejected' ? outcome.message : '',
  }
}

async function finish(lab: Lab, producer: Producer): Promise<void> {
  await lab.outcomeOf(producer.stop(), lastWordMs)
}

/** The topic is not the task: six partitions on three nodes, two of which must be in sync. */
export async function declare(
  lab: Lab,
  topic: { name?: string; partitions?: number; replicas?: number; config?: Record<string, string> } = {},
): Promise<string> {
  const { partitions = 6, replicas = 3, config = {} } = topic
  const name = lab.name(topic.name ?? 'payments.events')
  const inSync = String(Math.min(2, replicas))
  await lab.kafka.observer.createTopic(name, {
    partitions,
    replicas,
    config: { 'min.insync.replicas': inSync, ...config },
  })
  return name
}

export function requested(lab: Lab, howMany: number): Envelope[] {
  return somePayments(howMany, seededSource(lab.run.seed)).map((payment) =>
    requestedEvent(payment, lab.run.seed),
  )
}

async function idsIn(lab: Lab, topic: string): Promise<string[]> {
  return (await lab.kafka.observer.read(topic)).map(idOf)
}

/** Where each event lies in the topic, as partition/offset, by its id. */
export async function placesOf(lab: Lab, topic: string): Promise<Map<string, string[]>> {
  const places = new Map<string, string[]>()
  for (const record of await lab.kafka.observer.read(topic)) {
    const id = idOf(record) ?? ''
    places.set(id, [...(places.get(id) ?? []), `${record.partition}/${record.offset}`])
  }
  return places
}

/** Gives what may never be there a moment. */
async function reaches(lab: Lab, fact: () => Promise<boolean>): Promise<void> {
  const deadline = lab.run.now() + lab.allowed(lastWordMs)
  while (!(await fact()) && lab.run.now() < deadline) await turns(1)
}

const requestsAbout = (requests: readonly SeenRequest[], method: string, topic: string) =>
  requests.filter(
    (seen) =>
      seen.method === method &&
      seen.direction === 'to-broker' &&
      seen.about.some((each) => each.topic === topic),
  )

/** Answers that gave one: a broker that has none at hand yet sends whoever asks away (COORDINATOR_LOAD_IN_PROGRESS). */
const producerIdsIn = (requests: readonly SeenRequest[]): number =>
  requests.filter(
    ({ method, direction, forwarded, fields }) =>
      method === 'InitProducerId' && direction === 'to-client' && forwarded && fields.errorCode === 0,
  ).length

/** The batches of a Produce request. */
function batchesOf({ fields }: SeenRequest): Attempt[] {
  const topics = (fields.topics ?? []) as { partitions: { records: Batch[] | null }[] }[]
  return topics.flatMap(({ partitions }) =>
    partitions.flatMap(({ records }) =>
      (records ?? []).map(({ producerId, baseSequence, count }) => ({
        producerId,
        sequence: baseSequence,
        records: count,
      })),
    ),
  )
}

interface Batch {
  readonly producerId: number
  readonly baseSequence: number
  readonly count: number
}

function json({
  value,
}: FoundRecord): { id?: unknown; type?: unknown; data?: { payment_id?: unknown } } | undefined {
  try {
    return JSON.parse(value?.toString() ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

const idOf = (record: FoundRecord): string => String(json(record)?.id)
const paymentIn = (record: FoundRecord): unknown => json(record)?.data?.payment_id

async function turns(howMany: number): Promise<void> {
  for (let nth = 0; nth < howMany; nth += 1) await new Promise((resolve) => setImmediate(resolve))
}
