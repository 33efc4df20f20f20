/** The scenarios of mq-07: each puts records into a topic, lets a listener work on them, and answers what became of them. */
import { setImmediate as turn } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import type { Act, FoundRecord, Lab, SeenRequest } from '#lab/kit'
import { onKafka } from '#lab/kit/stage'
import type { Running, World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { openEvent, type Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { Ledger } from '#payments/ledger'

interface Delivery {
  readonly partition: number
  readonly offset: string
  readonly key: string | null
}

interface Listener<Message> {
  readonly topic: string
  readonly groupId: string
  readonly deadTopic: string
  readonly concurrency: number
  read(value: Buffer): Message
  handle(message: Message, delivery: Delivery): Promise<void>
}

/** What listener.ts exports. */
interface ListenerModule {
  listen<Message>(world: World, listener: Listener<Message>): Promise<Running>
}

/** What consumer.ts exports. */
interface ConsumerModule {
  start(world: World): Promise<Running>
}

const listenerFile = 'listener.ts'
const consumerFile = 'consumer.ts'
const lane = 'consumer'
/** How long a clean leave may take: far less than any session timeout. */
const leaveMs = 2500
/** How long a start may take that waits for a rebalance. */
const joinMs = 12_000

/** A place in a topic: `1/17` is offset 17 of partition 1. */
type Place = string

export interface HandledSeen {
  readonly produced: readonly Place[]
  readonly handled: readonly Place[]
  /** Handlings that got something else than what read() had answered. */
  readonly unread: number
  /** Handlings whose delivery named another key than the record's. */
  readonly wrongKeys: number
  readonly trace: readonly TraceStep[]
}

/** Twenty records on three partitions, half of them there before the listener, half after it has joined. */
export const handled = onKafka({ nodes: 1 }, async (lab): Promise<HandledSeen> => {
  await declare(lab, 3)
  const events = paymentEvents(lab, 20)
  const keys = new Map<Place, string>()
  const readings = new Set<unknown>()
  const handled: Place[] = []
  let unread = 0
  let wrongKeys = 0
  const put = async (some: readonly Envelope[]) => {
    const places = await produce(lab, some)
    for (const [at, place] of places.entries()) keys.set(place, keyOf(some[at] as Envelope))
  }
  await put(events.slice(0, 10))
  await listening(lab, {
    read: (value) => {
      const reading = { event: openEvent(value) }
      readings.add(reading)
      return reading
    },
    async handle(reading, delivery) {
      if (!readings.has(reading)) unread += 1
      const place = placeOf(delivery)
      handled.push(place)
      if (keys.has(place) && keys.get(place) !== delivery.key) wrongKeys += 1
    },
  })
  await put(events.slice(10))
  await worked(lab, () => handled.length >= events.length)
  return { produced: [...keys.keys()], handled, unread, wrongKeys, trace: await traceOf(lab) }
})

/** A group and how many members it had, as the broker said. */
export interface GroupSeen {
  readonly id: string
  readonly members: number
}

export interface GroupsSeen {
  readonly together: readonly GroupSeen[]
  /** Whether the one that stopped had left before anybody could miss it. */
  readonly hasLeft: boolean
  readonly afterRestart: readonly GroupSeen[]
  /** Groups whose name did not go through world.name. */
  readonly unnamed: readonly string[]
  readonly instances: number
}

/** Two instances of the consumer, one of them a process of its own; that one is stopped and started again. */
export const restarted = onKafka({ nodes: 1 }, async (lab): Promise<GroupsSeen> => {
  await declare(lab, 3)
  // One after another: while one in a process of its own opens the wallet, it waits for the check's event loop.
  const first = await lab.start(consumerFile, lane)
  await startedHere(lab)
  const together = await groupsWith(lab, 2)
  lab.say('One of the two is stopped, and started again.', 'Một trong hai bị dừng, rồi chạy lại.')
  await first.stop()
  const requests = await lab.requests(lane)
  // Both: on a busy computer a member that says nothing may be missed while we wait.
  const hasLeft = await comesTrue(
    lab,
    leaveMs,
    async () => leavesIn(requests) > 0 && membersIn(await groupsNow(lab)) === 1,
  )
  if (!hasLeft) return { together, hasLeft, afterRestart: together, unnamed: [], instances: 2 }
  await lab.start(consumerFile, lane)
  const afterRestart = await groupsWith(lab, 2)
  const unnamed = afterRestart.filter(({ id }) => lab.shown(id) === id).map(({ id }) => id)
  const shown = (groups: readonly GroupSeen[]) =>
    groups.map(({ id, members }) => ({ id: lab.shown(id), members }))
  return { together: shown(together), hasLeft, afterRestart: shown(afterRestart), unnamed, instances: 2 }
})

export interface CommitsSeen {
  readonly records: number
  /** Handlers at work at the same time, of one partition. */
  readonly inWork: number
  /** The highest offset committed while the first record was in work; 0: none. */
  readonly committedEarly: number
  /** What was committed in the end. */
  readonly committed: number | undefined
  readonly commits: number
  readonly trace: readonly TraceStep[]
}

/** Three records on one partition, whose handlers take their time. */
export const committedInTime = onKafka({ nodes: 1 }, async (lab): Promise<CommitsSeen> => {
  const { topic, group } = await declare(lab, 1)
  const events = paymentEvents(lab, 3)
  await produce(lab, events)
  const gate = new Gate()
  let inWork = 0
  let done = 0
  await listening(lab, {
    async handle() {
      inWork += 1
      await gate.opened
      done += 1
    },
  })
  await startedWork(lab, () => inWork > 0)
  const early = () => highestCommit(requests, topic)
  const requests = await lab.requests(lane)
  // It should not come, so there is no fact to wait for: whoever commits without waiting has done so by then.
  await lab.settles(() => early() > 0)
  const seen = { inWork, committedEarly: early() }
  lab.say('Now the handlers finish.', 'Bây giờ các handler làm xong.')
  gate.open()
  await worked(lab, () => done >= events.length)
  await comesTrue(lab, leaveMs, async () => (await lab.kafka.committed(group, topic)) === events.length)
  return {
    records: events.length,
    ...seen,
    committed: await lab.kafka.committed(group, topic),
    commits: commitsIn(requests, topic).length,
    trace: await traceOf(lab),
  }
})

export interface OffsetsSeen {
  readonly partitions: readonly {
    readonly index: number
    /** The offset behind the last record. */
    readonly end: number
    readonly committed: number | undefined
  }[]
  /** Records that a second start was handed although the first one had done them. */
  readonly again: readonly Place[]
  /** Records that the second start should have been handed and was not. */
  readonly skipped: readonly Place[]
  readonly fresh: number
  readonly trace: readonly TraceStep[]
}

/** Ten records on two partitions, a clean stop, a look at what is committed, then another start. */
export const offsetsKept = onKafka({ nodes: 1 }, async (lab): Promise<OffsetsSeen> => {
  const { topic, group } = await declare(lab, 2)
  const events = paymentEvents(lab, 14)
  await produce(lab, events.slice(0, 10), (at) => at % 2)
  const before: Place[] = []
  const first = await listening(lab, { handle: async (_, delivery) => void before.push(placeOf(delivery)) })
  await worked(lab, () => before.length >= 10)
  await lab.finished(first.stop(), text('stop()', 'stop()'), { file: listenerFile, near: ['stop('] })
  const found = await lab.kafka.inspect()
  const partitions = (found.topics.find(({ name }) => name === topic)?.partitions ?? []).map(
    ({ index, highWatermark }) => ({
      index,
      end: highWatermark,
      committed: found.groups
        .find(({ id }) => id === group)
        ?.offsets.find((each) => each.topic === topic && each.partition === index)?.offset,
    }),
  )
  lab.say('The same group starts again.', 'Cũng group đó chạy lại.')
  const fresh = await produce(lab, events.slice(10), (at) => at % 2)
  const after: Place[] = []
  await listening(lab, { handle: async (_, delivery) => void after.push(placeOf(delivery)) })
  await comesTrue(lab, leaveMs, () => fresh.every((place) => after.includes(place)))
  return {
    partitions,
    again: after.filter((place) => before.includes(place)),
    skipped: fresh.filter((place) => !after.includes(place)),
    fresh: fresh.length,
    trace: await traceOf(lab),
  }
})

export interface BookedSeen {
  readonly payments: readonly Payment[]
  /** How often each payment stands in the ledger, in the order of `payments`. */
  readonly captures: readonly number[]
  readonly audit: readonly string[]
  readonly transactions: number
  /** The records that are no payments, by what is wrong with them. */
  readonly broken: readonly { readonly what: string; readonly value: string | null }[]
  readonly dead: readonly { readonly key: string | null; readonly value: string | null }[]
  readonly brokenKey: string
  /** What was committed while the first broken record had not arrived in payments.dead; undefined when it never went there. */
  readonly committedMeanwhile: number | undefined
  /** Where the first broken record lies. */
  readonly brokenOffset: number
  readonly trace: readonly TraceStep[]
}

/** Four payments on one partition, and between them four records that are none. */
export const booked = onKafka({ nodes: 1 }, async (lab): Promise<BookedSeen> => {
  const { topic, dead } = await declare(lab, 1)
  const made = somePayments(8, seededSource(lab.run.seed))
  const payments = made.slice(0, 4)
  const events = made.map((payment) => requestedEvent(payment, lab.run.seed))
  const broken = brokenValues(events.slice(4))
  const brokenKey = 'not-a-payment'
  const mixed = payments.flatMap((_, at) => [
    { key: keyOf(events[at] as Envelope), value: JSON.stringify(events[at]) as string | null },
    { key: brokenKey, value: broken[at]?.value ?? null },
  ])
  // The last one is a payment: whoever gets to it has got past all that is broken.
  await lab.kafka.observer.produce(topic, [...mixed.slice(0, 6), ...mixed.slice(6).reverse()])
  const held = await lab.place({
    name: 'slow dead letters',
    lane,
    text: text('the dead letter is on its way', 'dead letter đang trên đường'),
    when: { direction: 'to-broker', method: 'Produce', fields: { topic: dead } },
    what: { kind: 'hold' },
  })
  await startedHere(lab)
  const { ledger, transactions } = walletOf(lab)
  const isBooked = (at: number) => ledger.count(payments[at]?.payment_id ?? '', 'capture') > 0
  await unblocked(lab, () => held.state === 'fired' || isBooked(1))
  const requests = await lab.requests(lane)
  let committedMeanwhile: number | undefined
  // Whoever does not wait for the dead letter may have got further than the letter.
  if (await lab.settles(() => held.state === 'fired')) {
    // As long as it is held, the record must not count as done.
    await lab.settles(() => highestCommit(requests, topic) > 1)
    committedMeanwhile = highestCommit(requests, topic)
  }
  held.lift()
  held.release()
  await unblocked(lab, () => isBooked(3))
  await comesTrue(lab, leaveMs, async () => (await deadLetters(lab)).length >= broken.length)
  return {
    payments,
    captures: payments.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    audit: ledger.audit(),
    transactions: transactions(),
    broken,
    dead: (await deadLetters(lab)).map(({ key, value }) => ({ key, value: value?.toString() ?? null })),
    brokenKey,
    committedMeanwhile,
    brokenOffset: 1,
    trace: await traceOf(lab),
  }
})

export interface RefusedSeen {
  /** What the group had committed while payments.dead refused the copy: offset 0 is the broken record. */
  readonly committedMeanwhile: number
  /** Copies of the broken record once the topic took them, and the consumer was started again. */
  readonly copies: number
  /** How often the payment behind it was booked. */
  readonly captures: number
  readonly trace: readonly TraceStep[]
}

/** A broken record and a payment; payments.dead refuses the copy, because it is too large, until an operator has raised its limit. */
export const refused = onKafka({ nodes: 1 }, async (lab): Promise<RefusedSeen> => {
  const { topic, group, dead } = await declare(lab, 1)
  await limit(lab, dead, 1000)
  const [payment] = somePayments(1, seededSource(lab.run.seed)) as [Payment]
  const event = requestedEvent(payment, lab.run.seed)
  const broken = `not JSON: ${'x'.repeat(4000)}`
  await lab.kafka.observer.produce(topic, [
    { key: 'not-a-payment', value: broken },
    { key: keyOf(event), value: JSON.stringify(event) },
  ])
  const first = await lab.start(consumerFile, lane)
  const requests = await lab.requests(lane)
  const refusals = () =>
    requests.filter(
      ({ method, direction, about }) =>
        method === 'Produce' &&
        direction === 'to-client' &&
        about.some((each) => each.topic === dead && (each.errorCode ?? 0) !== 0),
    ).length
  await lab.until(
    text(
      'a record that can not be read was never sent to payments.dead as it was, so nothing was there to refuse',
      'record không đọc được mà không hề được gửi nguyên vẹn sang payments.dead, nên không có gì để từ chối',
    ),
    () => refusals() > 0,
    { at: { file: listenerFile, near: ['catch', '.send(', 'function listen'] } },
  )
  // It should not come, so there is no fact to wait for: whoever takes the refusal for an end has committed by then.
  await lab.settles(() => highestCommit(requests, topic) > 0)
  const committedMeanwhile = highestCommit(requests, topic)
  lab.say(
    'An operator raises the limit of payments.dead, and the consumer is started again.',
    'Người vận hành nâng giới hạn của payments.dead, rồi consumer được chạy lại.',
  )
  await limit(lab, dead, 1_000_000)
  // It may have ended by itself, stand still, or try on and on: each is a way not to commit.
  await lab.killSubject(first)
  await resume(lab, { topic, group })
  await lab.kafka.settled(group, topic, {
    at: { file: listenerFile, near: ['catch', '.commitOffsets(', '.run('] },
  })
  const { ledger } = walletOf(lab)
  return {
    committedMeanwhile,
    copies: (await deadLetters(lab)).filter(({ value }) => value?.toString() === broken).length,
    captures: ledger.count(payment.payment_id, 'capture'),
    trace: await traceOf(lab),
  }
})

/** How large a batch the topic takes, in bytes. */
async function limit(lab: Lab, topic: string, bytes: number): Promise<void> {
  const admin = await lab.kafka.observer.admin()
  const configEntries = [{ name: 'max.message.bytes', value: String(bytes) }]
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }],
  })
}

export interface ParallelSeen {
  readonly partitions: number
  /** Partitions on which one listener worked at the same time. */
  readonly atOnce: number
  /** The most records of one partition that were in work at the same time, both listeners together. */
  readonly inOnePartition: number
  readonly produced: number
  readonly done: number
  /** What each of the two was handed once both were members. */
  readonly shares: readonly number[]
  readonly trace: readonly TraceStep[]
}

/** Four partitions and one listener that may work on all of them; then a second one joins while the first is at work. */
export const inParallel = onKafka({ nodes: 1 }, async (lab): Promise<ParallelSeen> => {
  const partitions = 4
  const { group } = await declare(lab, partitions)
  const events = paymentEvents(lab, 20)
  await produce(lab, events.slice(0, 12), (at) => at % partitions)
  const gate = new Gate()
  const inWork = new Map<number, number>()
  const done = new Set<Place>()
  const shares = [0, 0]
  let inOnePartition = 0
  let atOnce = 0
  const handle = (which: number) => async (_: unknown, delivery: Delivery) => {
    const { partition } = delivery
    inWork.set(partition, (inWork.get(partition) ?? 0) + 1)
    inOnePartition = Math.max(inOnePartition, inWork.get(partition) ?? 0)
    atOnce = Math.max(atOnce, inWork.size)
    await gate.opened
    // A turn, so that another record of the partition could slip in.
    await turn()
    inWork.set(partition, (inWork.get(partition) ?? 1) - 1)
    if (inWork.get(partition) === 0) inWork.delete(partition)
    done.add(placeOf(delivery))
    shares[which] = (shares[which] ?? 0) + 1
  }
  await listening(lab, { concurrency: partitions, handle: handle(0) })
  await startedWork(lab, () => inWork.size > 0)
  await comesTrue(lab, leaveMs, () => atOnce >= partitions)
  lab.say(
    'A second listener joins, while the first is at work.',
    'Listener thứ hai tham gia khi cái đầu đang làm.',
  )
  const atOnceAlone = atOnce
  const joining = listening(lab, { concurrency: partitions, handle: handle(1) })
  joining.catch(() => undefined)
  await lab.until(
    text('the second listener never asked to join the group', 'listener thứ hai không hề xin vào group'),
    async () => joinsIn(await lab.requests(lane), group) > 2,
    { at: { file: listenerFile, near: ['.run('] } },
  )
  gate.open()
  await joining
  await lab.kafka.untilStable(group, 2)
  shares.fill(0)
  await produce(lab, events.slice(12), (at) => at % partitions)
  await worked(lab, () => done.size >= events.length)
  return {
    partitions,
    atOnce: atOnceAlone,
    inOnePartition,
    produced: events.length,
    done: done.size,
    shares,
    trace: await traceOf(lab),
  }
})

export interface OrderSeen {
  readonly keys: number
  readonly produced: number
  /** For each key the numbers in the order in which they were done. */
  readonly sequences: Readonly<Record<string, readonly number[]>>
  readonly payments: readonly Payment[]
  readonly captures: readonly number[]
  readonly audit: readonly string[]
}

/** Six keys with six records each on four partitions, handled for times that differ; and twelve payments for the wallet. */
export const inOrder = onKafka({ nodes: 1 }, async (lab): Promise<OrderSeen> => {
  await declare(lab, 3)
  const [topic, groupId] = [lab.name('movements'), lab.name('movements-reader')]
  await lab.kafka.observer.createTopic(topic, { partitions: 4 })
  const records = Array.from({ length: 36 }, (_, at) => ({
    key: `wallet-${at % 6}`,
    value: String(Math.floor(at / 6)),
  }))
  await lab.kafka.observer.produce(topic, records)
  const payments = somePayments(12, seededSource(lab.run.seed))
  // Before anybody reads: a group that has committed nothing has to begin at the beginning.
  await produce(
    lab,
    payments.map((payment) => requestedEvent(payment, lab.run.seed)),
  )
  const sequences: Record<string, number[]> = {}
  let count = 0
  await listening<number>(lab, {
    topic,
    groupId,
    concurrency: 4,
    read: (value) => Number(value.toString()),
    async handle(number, { key }) {
      for (let turns = lab.random.integer(0, 20); turns > 0; turns -= 1) await turn()
      const name = key ?? 'no key'
      sequences[name] = [...(sequences[name] ?? []), number]
      count += 1
    },
  })
  await worked(lab, () => count >= records.length)
  await startedHere(lab)
  const { ledger } = walletOf(lab)
  const captures = () => payments.map(({ payment_id }) => ledger.count(payment_id, 'capture'))
  await comesTrue(lab, leaveMs, () => captures().every((times) => times > 0))
  return {
    keys: 6,
    produced: records.length,
    sequences,
    payments,
    captures: captures(),
    audit: ledger.audit(),
  }
})

export interface SharesSeen {
  readonly produced: readonly Place[]
  /** What the two members of the group wallet were handed. */
  readonly wallet: readonly (readonly Place[])[]
  /** What the only member of the group reports was handed. */
  readonly reports: readonly Place[]
  readonly trace: readonly TraceStep[]
}

/** Two members of one group and one of another; then twelve records on three partitions. */
export const sharedOut = onKafka({ nodes: 1 }, async (lab): Promise<SharesSeen> => {
  const { group } = await declare(lab, 3)
  const reports = lab.name('reports')
  const got: Place[][] = [[], [], []]
  const taking = (which: number, groupId: string) =>
    listening(lab, { groupId, handle: async (_, delivery) => void got[which]?.push(placeOf(delivery)) })
  await Promise.all([taking(0, group), taking(1, group), taking(2, reports)])
  await lab.until(
    text(
      'three listeners were started, two for the group wallet and one for reports, and the broker does not see these two groups',
      'ba listener đã chạy, hai cho group wallet và một cho reports, mà broker không thấy hai group đó',
    ),
    async () => {
      const { groups } = await lab.kafka.inspect()
      const has = (name: string, members: number) =>
        groups.some((each) => each.id === name && each.state === 'Stable' && each.members.length === members)
      return has(group, 2) && has(reports, 1)
    },
    { withinMs: 4000, everyMs: 20, at: { file: listenerFile, near: ['groupId', '.consumer('] } },
  )
  const produced = await produce(lab, paymentEvents(lab, 12), (at) => at % 3)
  const [one = [], two = [], other = []] = got
  await worked(lab, () => one.length + two.length >= produced.length && other.length >= produced.length)
  return { produced, wallet: [one, two], reports: other, trace: await traceOf(lab) }
})

export interface KilledSeen {
  readonly payments: readonly Payment[]
  readonly kills: number
  /** For each start after a kill: what the group had committed, and where the new process began to read. */
  readonly resumed: readonly { readonly committed: number; readonly readFrom: number | undefined }[]
  readonly captures: readonly number[]
  readonly audit: readonly string[]
  readonly dead: number
  readonly trace: readonly TraceStep[]
}

/** The consumer is killed just before a booking, and then again when it has booked and its commit has not arrived. */
export const killed = onKafka({ nodes: 1 }, async (lab): Promise<KilledSeen> => {
  const { topic, group } = await declare(lab, 1)
  const payments = somePayments(3, seededSource(lab.run.seed))
  const first = await lab.start(consumerFile, lane)
  const atTheBooking = await lab.place({
    name: 'kill before the booking',
    lane,
    text: text(
      'the consumer is killed here (SIGKILL): the payment is not in the ledger yet',
      'consumer bị kill tại đây (SIGKILL): thanh toán chưa vào sổ cái',
    ),
    when: { point: 'commit', side: 'before', fields: { database: 'wallet' } },
    what: { kind: 'kill-subject', subject: first },
  })
  await produce(
    lab,
    payments.map((payment) => requestedEvent(payment, lab.run.seed)),
  )
  await lab.fired(
    atTheBooking,
    text('the consumer never booked a payment', 'consumer chưa hề ghi sổ thanh toán nào'),
    { file: consumerFile, near: ['.post(', 'listen('] },
  )
  const resumed = [await resume(lab, { topic, group })]
  const second = resumed[0]?.actor
  const atTheCommit = await lab.place({
    name: 'kill before the commit',
    lane,
    text: text(
      'the consumer is killed here (SIGKILL): it has booked, and its commit never arrives',
      'consumer bị kill tại đây (SIGKILL): đã ghi sổ mà commit không bao giờ tới nơi',
    ),
    when: { direction: 'to-broker', method: 'OffsetCommit', fields: { topic } },
    what: { kind: 'do', action: async () => second && (await lab.killSubject(second)) },
  })
  await produce(lab, [
    requestedEvent(somePayments(4, seededSource(lab.run.seed))[3] as Payment, lab.run.seed),
  ])
  await lab.fired(
    atTheCommit,
    text(
      'the consumer booked, and never committed an offset',
      'consumer ghi sổ mà không hề commit offset nào',
    ),
    { file: listenerFile, near: ['.commitOffsets(', '.run('] },
  )
  resumed.push(await resume(lab, { topic, group }))
  await lab.kafka.settled(group, topic, { at: { file: listenerFile, near: ['.commitOffsets(', '.run('] } })
  const all = somePayments(4, seededSource(lab.run.seed))
  const { ledger } = walletOf(lab)
  return {
    payments: all,
    kills: 2,
    resumed: resumed.map(({ committed, readFrom }) => ({ committed, readFrom: readFrom() })),
    captures: all.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    audit: ledger.audit(),
    dead: (await deadLetters(lab)).length,
    trace: (await traceOf(lab)).filter(({ what }) => !/^(?:JoinGroup|SyncGroup|OffsetFetch)/.test(what)),
  }
})

export const live: readonly Act[] = [
  {
    title: text(
      'Killed just before the booking, and again just before the commit.',
      'Bị kill ngay trước lúc ghi sổ, rồi lại bị kill ngay trước lúc commit.',
    ),
    scenario: killed,
  },
  {
    title: text(
      'Four payments, and between them four records that are none.',
      'Bốn thanh toán, xen giữa là bốn record không phải thanh toán.',
    ),
    scenario: booked,
  },
  {
    title: text('Two groups, and one of them has two members.', 'Hai group, một group có hai member.'),
    scenario: sharedOut,
  },
]

/** Starts the consumer again, as an operator would once the dead one is given up. */
async function resume(lab: Lab, { topic, group }: { topic: string; group: string }) {
  await lab.kafka.expireSessions()
  const committed = (await lab.kafka.committed(group, topic)) ?? 0
  const before = (await lab.requests(lane)).length
  const actor = await lab.start(consumerFile, lane)
  const requests = await lab.requests(lane)
  const readFrom = (): number | undefined =>
    requests
      .slice(before)
      .find(({ method, direction }) => method === 'Fetch' && direction === 'to-broker')
      ?.about.find((each) => each.topic === topic)?.offset
  return { actor, committed, readFrom }
}

/** Something that handlers wait for. */
class Gate {
  readonly opened: Promise<void>
  readonly open: () => void

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.opened = promise
    this.open = resolve
  }
}

/** The topics belong to the lab here. */
export async function declare(lab: Lab, partitions: number) {
  const names = { topic: lab.name('payments'), group: lab.name('wallet'), dead: lab.name('payments.dead') }
  await lab.kafka.observer.createTopic(names.topic, { partitions })
  await lab.kafka.observer.createTopic(names.dead)
  return names
}

async function listening<Message = unknown>(
  lab: Lab,
  listener: Partial<Listener<Message>> & Pick<Listener<Message>, 'handle'>,
): Promise<Running> {
  const { listen } = await lab.subject.load<ListenerModule>(listenerFile, ['listen'])
  const answered = await lab.finished(
    listen<Message>(await lab.world(lane), {
      topic: lab.name('payments'),
      groupId: lab.name('wallet'),
      deadTopic: lab.name('payments.dead'),
      concurrency: 3,
      read: (value) => openEvent(value) as Message,
      ...listener,
    }),
    text('listen()', 'listen()'),
    { file: listenerFile, near: ['function listen'] },
    joinMs,
  )
  const running = lab.subject.guard<Running>(answered, ['stop'], listenerFile)
  lab.defer(() => running.stop())
  return running
}

/** The consumer in this very process. */
async function startedHere(lab: Lab): Promise<void> {
  const { start } = await lab.subject.load<ConsumerModule>(consumerFile, ['start'])
  const what = text('start()', 'start()')
  const answered = await lab.finished(start(await lab.world(lane)), what, { file: consumerFile }, joinMs)
  const running = lab.subject.guard<Running>(answered, ['stop'], consumerFile)
  lab.defer(() => running.stop())
}

/** Waits until a handler was called at all. */
async function startedWork(lab: Lab, fact: () => boolean): Promise<void> {
  await lab.until(
    text(
      'there are records in the topic, and handle() was never called',
      'topic có record mà handle() chưa được gọi lần nào',
    ),
    fact,
    { at: { file: listenerFile, near: ['.subscribe(', 'function listen'] } },
  )
}

/** Waits until the handlers have seen what they should. */
async function worked(lab: Lab, fact: () => boolean): Promise<void> {
  await lab.until(
    text(
      'handle() was not called for every record in the topic',
      'handle() không được gọi cho mọi record trong topic',
    ),
    fact,
    { at: { file: listenerFile, near: ['.subscribe(', 'function listen'] } },
  )
}

/** Waits until the partition has got past what is broken. */
async function unblocked(lab: Lab, fact: () => boolean): Promise<void> {
  await lab.until(
    text(
      'a record that can not be read blocks its partition: the payments behind it were never booked',
      'một record không đọc được làm nghẽn cả partition: các thanh toán phía sau không bao giờ được ghi sổ',
    ),
    fact,
    { at: { file: listenerFile, near: ['catch', 'eachMessage', 'eachBatch', 'function listen'] } },
  )
}

/** Whether a fact comes true in time; that it does not is something to judge, not the end of the scenario. */
async function comesTrue(
  lab: Lab,
  withinMs: number,
  fact: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const outcome = await lab.outcomeOf(
    lab.until(text('it did not come', 'nó không tới'), fact, { withinMs, everyMs: 15 }),
    withinMs * 2,
  )
  return outcome.state === 'resolved'
}

async function groupsNow(lab: Lab): Promise<GroupSeen[]> {
  const { groups } = await lab.kafka.inspect()
  return groups.map(({ id, members }) => ({ id, members: members.length }))
}

/** All groups once they have so many members together, and each has its share. */
async function groupsWith(lab: Lab, members: number): Promise<GroupSeen[]> {
  await lab.until(
    text(
      `${members} instances run, and the broker does not see ${members} members`,
      `${members} instance đang chạy mà broker không thấy đủ ${members} member`,
    ),
    async () => {
      const { groups } = await lab.kafka.inspect()
      const isCalm = groups.every(({ state }) => state === 'Stable' || state === 'Empty')
      return isCalm && membersIn(await groupsNow(lab)) === members
    },
    { everyMs: 20, at: { file: consumerFile, near: ['groupId', 'listen('] } },
  )
  return (await groupsNow(lab)).filter((group) => group.members > 0)
}

const membersIn = (groups: readonly GroupSeen[]) => groups.reduce((sum, { members }) => sum + members, 0)

function commitsIn(requests: readonly SeenRequest[], topic: string): number[] {
  return requests
    .filter(({ method, direction }) => method === 'OffsetCommit' && direction === 'to-broker')
    .flatMap(({ about }) => about.flatMap((each) => (each.topic === topic ? (each.offset ?? []) : [])))
}

const highestCommit = (requests: readonly SeenRequest[], topic: string) =>
  Math.max(0, ...commitsIn(requests, topic))

const joinsIn = (requests: readonly SeenRequest[], group: string) =>
  requests.filter(
    ({ method, direction, fields }) =>
      method === 'JoinGroup' && direction === 'to-broker' && fields.groupId === group,
  ).length

const leavesIn = (requests: readonly SeenRequest[]) =>
  requests.filter(({ method, direction }) => method === 'LeaveGroup' && direction === 'to-broker').length

export async function deadLetters(lab: Lab): Promise<FoundRecord[]> {
  return await lab.kafka.observer.read(lab.name('payments.dead'))
}

/** Keyed by payment; answers where each record lies. */
export async function produce(
  lab: Lab,
  events: readonly Envelope[],
  partitionOf?: (at: number) => number,
): Promise<Place[]> {
  const places = await lab.kafka.observer.produce(
    lab.name('payments'),
    events.map((event, at) => ({
      key: keyOf(event),
      value: JSON.stringify(event),
      ...(partitionOf === undefined ? {} : { partition: partitionOf(at) }),
    })),
  )
  return places.map(placeOf)
}

const keyOf = (event: Envelope) => (event.data as { payment_id: string }).payment_id

const placeOf = ({ partition, offset }: { partition: number; offset: number | string }): Place =>
  `${partition}/${offset}`

/** The subject's wallet, as the lab reads it. */
export function walletOf(lab: Lab): { ledger: Ledger; transactions: () => number } {
  const database = lab.openDatabase('wallet')
  const ledger = new Ledger(database, seededSource(lab.run.seed))
  const count = database.prepare('SELECT count(*) AS count FROM txn')
  return { ledger, transactions: () => (count.get() as { count: number }).count }
}

function paymentEvents(lab: Lab, howMany: number): Envelope[] {
  return somePayments(howMany, seededSource(lab.run.seed)).map((payment) =>
    requestedEvent(payment, lab.run.seed),
  )
}

/** Four ways of being no payment, each made of an event of its own. */
function brokenValues(events: readonly Envelope[]): { what: string; value: string | null }[] {
  const [torn, negative, unknown] = events as [Envelope, Envelope, Envelope]
  const withAmount = {
    ...negative,
    data: { ...(negative.data as object), amount: { minor: -500, currency: 'VND' } },
  }
  return [
    { what: 'no JSON', value: JSON.stringify(torn).slice(0, -1) },
    { what: 'no value at all', value: null },
    { what: 'a negative amount', value: JSON.stringify(withAmount) },
    {
      what: 'a type that nobody knows',
      value: JSON.stringify({ ...unknown, type: 'workbook.payments.payment-guessed.v1' }),
    },
  ]
}

async function traceOf(lab: Lab): Promise<TraceStep[]> {
  const telling = (await lab.requestSteps(lane)).filter(({ what }) => !/ ok$/.test(what))
  return telling.slice(-14)
}
