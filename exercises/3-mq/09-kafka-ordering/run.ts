/** The scenarios of mq-09: each sends the events of wallets, lets something happen, and answers in which order they were done. */
import type { Database } from 'better-sqlite3'
import kafkajs from 'kafkajs'
import type { Act, CallOutcome, FoundRecord, Lab, SeenRequest } from '#lab/kit'
import { onKafka } from '#lab/kit/stage'
import type { Running, World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { type OpenedEvent, sealEvent } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'

/** What topics.ts exports. */
interface TopicsModule {
  createTopics(world: World): Promise<void>
}

/** What start() in publisher.ts answers. */
interface Publisher {
  publish(topic: string, event: Envelope): Promise<void>
  stop(): Promise<void>
}

interface PublisherModule {
  start(world: World): Promise<Publisher>
}

interface Work {
  readonly topic: string
  readonly group: string
  handle(event: OpenedEvent): Promise<void>
}

/** What consumer.ts exports. */
interface ConsumerModule {
  consume(world: World, work: Work): Promise<Running>
}

const topics = 'topics.ts'
const publisherFile = 'publisher.ts'
const consumerFile = 'consumer.ts'
const bookFile = 'book.ts'
const eventsTopic = 'wallet.events'
const journalTopic = 'wallet.journal'
const group = 'wallets'
/** Order within a wallet needs no second node. */
const onOneNode = { nodes: 1 } as const
/** How long what was sent may be on its way to a handler: a group has to form first. */
const handledMs = 8000
const stopMs = 3000
/** Whoever joins a group waits for its other members, once for each that joins. */
const joinMs = 12_000

/** One event as it was sent: its place among all of them, and in its wallet. */
export interface Step {
  readonly wallet: string
  readonly version: number
}

export interface SpreadSeen {
  readonly partitions: number
  readonly others: readonly string[]
  readonly wallets: number
  readonly sent: number
  readonly stored: number
  readonly keyless: number
  /** Wallets whose events lie in more than one partition. */
  readonly scattered: readonly string[]
  readonly partitionsUsed: number
  readonly trace: readonly TraceStep[]
}

/** Sixty events of twelve wallets. */
export const spread = onKafka(onOneNode, async (lab): Promise<SpreadSeen> => {
  await topicsCreated(lab)
  const { topics: all } = await lab.kafka.inspect()
  const found = all.find(({ name }) => name === lab.name(eventsTopic))
  const others = all.map(({ name }) => lab.shown(name))
  const nothing = { sent: 0, stored: 0, keyless: 0, scattered: [], partitionsUsed: 0, trace: [] }
  const events = walletEvents(lab, { wallets: 12, versions: 5 })
  const wallets = new Set(events.map(walletOf))
  if (found === undefined) return { ...nothing, partitions: 0, others, wallets: wallets.size }
  const publisher = await startedPublisher(lab)
  for (const event of events) await publishedTo(lab, publisher, eventsTopic, event)
  const log = await lab.kafka.observer.read(lab.name(eventsTopic))
  return {
    partitions: found.partitions.length,
    others,
    wallets: wallets.size,
    sent: events.length,
    stored: log.length,
    keyless: log.filter(({ key }) => key === null).length,
    scattered: [...wallets].filter(
      (wallet) =>
        new Set(log.filter((record) => stepIn(record).wallet === wallet).map(({ partition }) => partition))
          .size > 1,
    ),
    partitionsUsed: new Set(log.map(({ partition }) => partition)).size,
    trace: (await lab.requestSteps()).slice(-6),
  }
})

const isProduce = ({ direction, method }: SeenRequest): boolean =>
  direction === 'to-broker' && method === 'Produce'

export interface OrderSeen {
  readonly sent: number
  /** Wallets whose events lie in the log in another order than they were given to publish(). */
  readonly disorderedInLog: readonly Disorder[]
  readonly missingInLog: number
  readonly handled: number
  /** Wallets whose events were finished in another order than they lie in the log. */
  readonly disordered: readonly Disorder[]
  /** How often the handler of an event began while that of an earlier one of its wallet was still at work. */
  readonly overlaps: number
  readonly cuts: number
  readonly trace: readonly TraceStep[]
}

/** The versions of a wallet in the order in which they came. */
export interface Disorder {
  readonly wallet: string
  readonly versions: readonly number[]
}

/**
 * Eight wallets, whose events are published without waiting; the second request is torn away, and earlier events take longer to work on.
 * They come in three waves, so that there is a second request, and something behind it, for whoever sends in one request what waits.
 */
export const inOrder = onKafka(onOneNode, async (lab): Promise<OrderSeen> => {
  await createEvents(lab)
  const events = walletEvents(lab, { wallets: 8, versions: 6 })
  const waves = [events.slice(0, 24), events.slice(24, 40), events.slice(40)]
  const publisher = await startedPublisher(lab)
  const proxy = await lab.kafkaProxy()
  const cut = await lab.place({
    name: 'lost request',
    text: text('the request is lost, and sent again', 'request bị mất rồi được gửi lại'),
    when: { direction: 'to-broker', method: 'Produce', nth: 2 },
    what: { kind: 'cut' },
  })
  lab.say(
    'Forty-eight events are published without waiting, and one request is lost on its way.',
    'Bốn mươi tám event được publish liền nhau không chờ, và một request bị mất trên đường.',
  )
  const sending: Promise<CallOutcome<void>>[] = []
  let answered = 0
  const comesNext = [() => proxy.requests.some(isProduce), () => cut.state === 'fired']
  for (const [at, wave] of waves.entries()) {
    for (const event of wave) {
      const ending = lab.outcomeOf(publisher.publish(eventsTopic, event), handledMs)
      void ending.then(() => {
        answered += 1
      })
      sending.push(ending)
    }
    const isReady = comesNext[at]
    if (isReady !== undefined) await reaches(lab, () => isReady() || answered === sending.length)
  }
  const failed = (await Promise.all(sending)).find(({ state }) => state !== 'resolved')
  if (failed?.state === 'rejected') throw failed.error
  if (failed !== undefined) {
    throw lab.breaks(
      text(
        'publish() never answered, though the cluster was well and only one request had been lost',
        'publish() không bao giờ trả lời, dù cluster bình thường và chỉ mất một request',
      ),
      { file: publisherFile, near: ['.send('] },
    )
  }
  const log = await lab.kafka.observer.read(lab.name(eventsTopic))
  // Now that all of them are there, a fetch brings many at once.
  const watched = new Watched()
  await consuming(lab, eventsTopic, (event) =>
    watched.during(stepOf(event), () => turns((7 - stepOf(event).version) * 6)),
  )
  await reaches(lab, () => watched.done.length >= events.length)
  const sent = events.map(stepOfEnvelope)
  const logged = log.map(stepIn)
  return {
    sent: events.length,
    missingInLog: sent.filter((step) => !logged.some(isSame(step))).length,
    disorderedInLog: disorders(logged, sent),
    handled: watched.done.length,
    disordered: disorders(watched.done, sent),
    overlaps: watched.overlaps,
    cuts: cut.state === 'fired' ? 1 : 0,
    trace: (await lab.requestSteps()).slice(-8),
  }
})

export interface HeldBackSeen {
  readonly sent: number
  readonly handled: number
  readonly members: number
  /** Events that were sent after the first held one, and finished before it. */
  readonly overtook: number
  readonly disordered: readonly Disorder[]
  readonly heldPartition: number
}

/** Two consumers; the handlers of one partition are held back until the others have gone on. */
export const heldBack = onKafka(onOneNode, async (lab): Promise<HeldBackSeen> => {
  await createEvents(lab)
  const gate = Promise.withResolvers<void>()
  const watched = new Watched()
  const events = walletEvents(lab, { wallets: 12, versions: 3 })
  const heldWallets = new Set<string>()
  const handle = (event: OpenedEvent) =>
    watched.during(stepOf(event), async () => {
      if (heldWallets.has(stepOf(event).wallet)) await gate.promise
    })
  lab.defer(async () => gate.resolve())
  await lab.kafka.gathers(lab.name(group), 2)
  await Promise.all([consuming(lab, eventsTopic, handle), consuming(lab, eventsTopic, handle)])
  await joined(lab, 2, consumerFile)
  // Before anything is sent it must be known whose partition is held: where a key goes does not change.
  const [first] = events as [Envelope, ...Envelope[]]
  const places = events.map((event) => partitionOf(walletOf(event)))
  const heldPartition = places[0] ?? 0
  for (const [at, event] of events.entries())
    if (places[at] === heldPartition) heldWallets.add(walletOf(event))
  lab.say(
    `Whoever works on partition ${heldPartition} is held up.`,
    `Ai đang xử lý partition ${heldPartition} thì bị giữ lại.`,
  )
  await put(lab, eventsTopic, events)
  const goOn = () => watched.done.length > 0
  await reaches(lab, goOn)
  // How far the others get is nobody's promise: that they go on at all is. Whoever does not own that partition can go on to the end.
  const members = (await lab.kafka.group(lab.name(group)))?.members ?? []
  const owned = members.map(({ partitions }) => partitions.map(({ partition }) => partition))
  const held = owned.find((partitions) => partitions.includes(heldPartition))
  const free = places.filter((place) => held?.includes(place) === false)
  await lab.settles(() => held !== undefined && watched.done.length >= free.length)
  const overtook = watched.done.length
  gate.resolve()
  await reaches(lab, () => watched.done.length >= events.length)
  return {
    sent: events.length,
    handled: watched.done.length,
    members: members.length,
    overtook: watched.done.slice(0, overtook).filter((step) => !isSame(stepOfEnvelope(first))(step)).length,
    disordered: disorders(watched.done, events.map(stepOfEnvelope)),
    heldPartition,
  }
})

export interface JournalSeen {
  readonly partitions: number
  readonly others: readonly string[]
  readonly sent: number
  readonly members: number
  /** Events handled by the first consumer and by the second. */
  readonly handledBy: readonly [number, number]
  /** The first event that was not finished in its turn: where it stood, and where it came. */
  readonly outOfTurn: { readonly step: Step; readonly sentAs: number; readonly doneAs: number } | undefined
  readonly overlaps: number
  readonly trace: readonly TraceStep[]
}

/** Thirty events of ten wallets through the journal, with two consumers. */
export const journaled = onKafka(onOneNode, async (lab): Promise<JournalSeen> => {
  await topicsCreated(lab)
  const { topics: all } = await lab.kafka.inspect()
  const others = all.map(({ name }) => lab.shown(name))
  const found = all.find(({ name }) => name === lab.name(journalTopic))
  const events = walletEvents(lab, { wallets: 10, versions: 3 })
  const sent = events.map(stepOfEnvelope)
  const nobody = {
    sent: 0,
    members: 0,
    handledBy: [0, 0],
    outOfTurn: undefined,
    overlaps: 0,
    trace: [],
  } as const
  if (found === undefined || found.partitions.length !== 1)
    return { ...nobody, partitions: found?.partitions.length ?? 0, others }
  const watched = new Watched()
  const handledBy: [number, number] = [0, 0]
  const handle = (which: 0 | 1) => (event: OpenedEvent) => {
    handledBy[which] += 1
    return watched.during(stepOf(event), () => turns((handledBy[which] % 4) * 4))
  }
  await lab.kafka.gathers(lab.name(group), 2)
  await Promise.all([consuming(lab, journalTopic, handle(0)), consuming(lab, journalTopic, handle(1))])
  await joined(lab, 2, consumerFile)
  const publisher = await startedPublisher(lab)
  await Promise.all(events.map((event) => publishedTo(lab, publisher, journalTopic, event)))
  await reaches(lab, () => watched.done.length >= events.length)
  await turns(20)
  const doneAs = watched.done.findIndex((step, at) => sent[at] === undefined || !isSame(sent[at])(step))
  const step = watched.done[doneAs]
  return {
    partitions: found.partitions.length,
    others,
    sent: events.length,
    members: (await lab.kafka.group(lab.name(group)))?.members.length ?? 0,
    handledBy,
    outOfTurn: step && { step, doneAs: doneAs + 1, sentAs: sent.findIndex(isSame(step)) + 1 },
    overlaps: watched.overlapsOverall,
    trace: (await lab.requestSteps()).slice(-6),
  }
})

export interface SurvivedSeen {
  /** The part in which one event fails twice. */
  readonly failing: {
    readonly step: Step
    readonly attempts: number
    readonly done: number
    readonly sent: number
  }
  readonly disorderedByRetry: readonly Disorder[]
  /** The part in which the service is killed, started again, and joined by a second instance. */
  readonly sent: number
  readonly rows: readonly Step[]
  readonly missing: readonly Step[]
  readonly twice: readonly Step[]
  readonly disordered: readonly Disorder[]
  readonly kills: number
  readonly members: number
  readonly trace: readonly TraceStep[]
}

/** An event that fails twice; meanwhile a crash in the middle, and two instances that take over while more comes. */
export const survived = onKafka(onOneNode, async (lab): Promise<SurvivedSeen> => {
  const retried = await failingTwice(lab)
  const nothing = {
    sent: 0,
    rows: [],
    missing: [],
    twice: [],
    disordered: [],
    kills: 0,
    members: 0,
    trace: [],
  }
  // Whoever has lost the order by now needs no crash to lose it.
  if (!isInOrder(retried)) return { ...nothing, ...retried }

  await createEvents(lab)
  const events = walletEvents(lab, { wallets: 6, versions: 4 })
  const half = events.length / 2
  await put(lab, eventsTopic, events.slice(0, half))

  const first = await lab.start(bookFile, 'consumer')
  const kill = await lab.place({
    name: 'crash after an entry',
    text: text(
      'the service is killed here: entered, not committed',
      'service bị kill tại đây: đã ghi, chưa commit offset',
    ),
    when: { point: 'commit', side: 'after', nth: 5, fields: { database: 'wallets' } },
    what: { kind: 'kill-subject', subject: first },
  })
  await lab.fired(
    kill,
    text(
      'fewer than four events were written into the database "wallets"',
      'chưa ghi tới bốn event vào database "wallets"',
    ),
    { file: bookFile, near: ['.run(', 'INSERT'] },
  )
  lab.say(
    'Two instances are started, and more events come while they share the partitions out.',
    'Hai instance được khởi động, và event tiếp tục tới trong lúc chúng chia nhau partition.',
  )
  await lab.kafka.expireSessions()
  // Nobody kills these two, so they need no process of their own.
  await Promise.all([startedBook(lab), startedBook(lab)])
  await put(lab, eventsTopic, events.slice(half))
  const database = lab.openDatabase('wallets')
  const rows = () => rowsIn(database)
  await joined(lab, 2, bookFile)
  await reaches(lab, () => rows().length >= events.length, { topic: eventsTopic, group })
  const members = (await lab.kafka.group(lab.name(group)))?.members.length ?? 0
  const sent = events.map(stepOfEnvelope)
  const applied = rows()
  return {
    ...retried,
    sent: sent.length,
    rows: applied,
    missing: sent.filter((step) => !applied.some(isSame(step))),
    twice: sent.filter((step) => applied.filter(isSame(step)).length > 1),
    disordered: disorders(applied, sent),
    kills: kill.state === 'fired' ? 1 : 0,
    members,
    trace: (await lab.requestSteps('consumer')).slice(-8),
  }
})

type Retried = Pick<SurvivedSeen, 'failing' | 'disorderedByRetry'>

const isInOrder = ({ failing, disorderedByRetry }: Retried): boolean =>
  disorderedByRetry.length === 0 && failing.attempts >= 3 && failing.done >= failing.sent

/** One event of one wallet fails twice, while its wallet and others have more to do. On a topic of its own. */
async function failingTwice(lab: Lab): Promise<Retried> {
  await createTopic(lab, journalTopic, 1)
  const events = walletEvents(lab, { wallets: 3, versions: 3 })
  const bad = stepOfEnvelope(events[3] as Envelope)
  const watched = new Watched()
  let attempts = 0
  const handle = (event: OpenedEvent) =>
    watched.during(stepOf(event), async () => {
      if (!isSame(bad)(stepOf(event))) return
      attempts += 1
      if (attempts <= 2) throw new Error('the ledger is not available just now')
    })
  await put(lab, journalTopic, events)
  const running = await consuming(lab, journalTopic, handle, 'purses')
  await reaches(lab, () => watched.done.length >= events.length, { topic: journalTopic, group: 'purses' })
  await lab.outcomeOf(running.stop(), stopMs)
  const sent = events.map(stepOfEnvelope)
  const failing = { step: bad, attempts, done: new Set(watched.done.map(nameOf)).size, sent: sent.length }
  return { failing, disorderedByRetry: disorders(watched.done, sent) }
}

export const live: readonly Act[] = [
  { title: text('Forty events, one lost request', 'Bốn mươi event, một request bị mất'), scenario: inOrder },
  { title: text('One partition is held back', 'Một partition bị giữ lại'), scenario: heldBack },
  { title: text('One order over everything', 'Một thứ tự cho tất cả'), scenario: journaled },
]

/** Watches handlers: what is at work, what is done, and what met what. */
class Watched {
  readonly done: Step[] = []
  /** Of one wallet, and of anybody. */
  overlaps = 0
  overlapsOverall = 0
  readonly #atWork = new Map<string, number>()
  #all = 0

  async during(step: Step, work: () => Promise<unknown>): Promise<void> {
    const { wallet } = step
    const others = this.#atWork.get(wallet) ?? 0
    if (others > 0) this.overlaps += 1
    if (this.#all > 0) this.overlapsOverall += 1
    this.#atWork.set(wallet, others + 1)
    this.#all += 1
    try {
      await work()
      this.done.push(step)
    } finally {
      this.#atWork.set(wallet, (this.#atWork.get(wallet) ?? 1) - 1)
      this.#all -= 1
    }
  }
}

/** Wallets whose steps come in another order than they were sent; the first coming of a repeated one counts. */
function disorders(came: readonly Step[], sent: readonly Step[]): Disorder[] {
  const wallets = [...new Set(sent.map(({ wallet }) => wallet))]
  return wallets.flatMap((wallet) => {
    const versions = [...new Set(came.filter((step) => step.wallet === wallet).map(({ version }) => version))]
    const isSorted = versions.every((version, at) => at === 0 || version > (versions[at - 1] ?? 0))
    return isSorted ? [] : [{ wallet, versions }]
  })
}

const isSame = (one: Step) => (other: Step) => one.wallet === other.wallet && one.version === other.version
const nameOf = ({ wallet, version }: Step): string => `${wallet} ${version}`
const walletOf = ({ partitionkey = '' }: Envelope): string => partitionkey
const stepOfEnvelope = ({ partitionkey = '', aggregateversion = 0 }: Envelope): Step => ({
  wallet: partitionkey,
  version: aggregateversion,
})
const stepOf = ({ envelope }: OpenedEvent): Step => ({
  wallet: envelope.partitionkey ?? '',
  version: envelope.aggregateversion ?? 0,
})

function stepIn({ value }: FoundRecord): Step {
  try {
    return stepOfEnvelope(JSON.parse(value?.toString() ?? '{}') as Envelope)
  } catch {
    return { wallet: '', version: 0 }
  }
}

/**
 * The events of some wallets, version by version over all of them. Their times say nothing: each comes from a machine whose
 * clock is behind the one before it.
 */
export function walletEvents(
  lab: Lab,
  { wallets, versions }: { wallets: number; versions: number },
): Envelope[] {
  const source = seededSource(lab.run.seed)
  const payments = somePayments(wallets, source)
  const atNoon = Date.UTC(2026, 6, 19, 12)
  return Array.from({ length: versions }, (_, at) => at + 1).flatMap((version) =>
    payments.map((payment, nth) => {
      const event = sealEvent('PaymentCaptured', payment, source, {
        partitionkey: `wallet-${nth}`,
        aggregateversion: version,
        time: new Date(atNoon - version * 1000).toISOString(),
      })
      return JSON.parse(JSON.stringify(event)) as Envelope
    }),
  )
}

async function topicsCreated(lab: Lab): Promise<void> {
  const { createTopics } = await lab.subject.load<TopicsModule>(topics, ['createTopics'])
  const what = text('createTopics()', 'createTopics()')
  await lab.finished(createTopics(await lab.world()), what, { file: topics, near: ['createTopics('] })
}

/** Where the topic is not what is looked at, it is as it should be. */
function createEvents(lab: Lab): Promise<void> {
  return createTopic(lab, eventsTopic, 6)
}

export function createTopic(lab: Lab, topic: string, partitions: number): Promise<void> {
  return lab.kafka.observer.createTopic(lab.name(topic), { partitions })
}

async function startedPublisher(lab: Lab): Promise<Publisher> {
  const { start } = await lab.subject.load<PublisherModule>(publisherFile, ['start'])
  const starting = start(await lab.world())
  const publisher = lab.subject.guard<Publisher>(
    await lab.finished(starting, text('start()', 'start()'), { file: publisherFile }),
    ['publish', 'stop'],
    publisherFile,
  )
  lab.defer(async () => void (await lab.outcomeOf(publisher.stop(), stopMs)))
  return publisher
}

async function startedBook(lab: Lab): Promise<void> {
  const { start } = await lab.subject.load<{ start(world: World): Promise<Running> }>(bookFile, ['start'])
  const starting = start(await lab.world('consumer'))
  const running = lab.subject.guard<Running>(
    await lab.finished(starting, text('start()', 'start()'), { file: bookFile }, joinMs),
    ['stop'],
    bookFile,
  )
  lab.defer(async () => void (await lab.outcomeOf(running.stop(), stopMs)))
}

function publishedTo(lab: Lab, publisher: Publisher, topic: string, event: Envelope): Promise<void> {
  const at = { file: publisherFile, near: ['.send('] }
  return lab.finished(publisher.publish(topic, event), text('publish()', 'publish()'), at)
}

export async function consuming(
  lab: Lab,
  topic: string,
  handle: (event: OpenedEvent) => Promise<void>,
  groupName = group,
): Promise<Running> {
  const { consume } = await lab.subject.load<ConsumerModule>(consumerFile, ['consume'])
  const starting = consume(await lab.world('consumer'), { topic, group: groupName, handle })
  const running = lab.subject.guard<Running>(
    await lab.finished(starting, text('consume()', 'consume()'), { file: consumerFile }, joinMs),
    ['stop'],
    consumerFile,
  )
  lab.defer(async () => void (await lab.outcomeOf(running.stop(), stopMs)))
  return running
}

/** The book as it stands in the database, in the order in which it was written. */
function rowsIn(database: Database): Step[] {
  const table = database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'applied'")
    .get()
  if (table === undefined) return []
  return database.prepare('SELECT wallet, version FROM applied ORDER BY position').all() as Step[]
}

export async function put(lab: Lab, topic: string, events: readonly Envelope[]): Promise<void> {
  const records = events.map((event) => ({ key: walletOf(event), value: JSON.stringify(event) }))
  await lab.kafka.observer.produce(lab.name(topic), records)
}

/** Where the lab's own producer puts a key in a topic of six partitions. */
function partitionOf(key: string): number {
  const partitionMetadata = Array.from({ length: 6 }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    isr: [],
    partitionErrorCode: 0,
    replicas: [],
  }))
  const message = { key: Buffer.from(key), value: null }
  return kafkajs.Partitioners.DefaultPartitioner()({ topic: 'any', partitionMetadata, message })
}

/** Waits until so many members have their partitions, in one group or in several. */
async function joined(lab: Lab, members: number, file: string): Promise<void> {
  await lab.until(
    text(
      `${members} consumers were started, and fewer joined a group`,
      `đã khởi động ${members} consumer mà số vào group lại ít hơn`,
    ),
    async () => {
      const { groups } = await lab.kafka.inspect()
      const stable = groups.filter(({ state }) => state === 'Stable').flatMap((each) => each.members)
      return stable.length >= members
    },
    { everyMs: 15, at: { file, near: ['groupId', 'group'] } },
  )
}

/** Gives what may never come some time; no more of it than it takes once the group has committed everything. */
async function reaches(
  lab: Lab,
  fact: () => boolean,
  work?: { readonly topic: string; readonly group: string },
): Promise<void> {
  const deadline = lab.run.now() + lab.allowed(handledMs)
  while (!fact() && lab.run.now() < deadline) {
    const isOver =
      work !== undefined && (await lab.kafka.lag(lab.name(work.group), lab.name(work.topic))) === 0
    await lab.settles(fact)
    if (isOver) return
  }
}

async function turns(howMany: number): Promise<void> {
  for (let nth = 0; nth < howMany; nth += 1) await new Promise((resolve) => setImmediate(resolve))
}
