/**
 * A consumer that goes about its records as the strategy says, as a process of its own: it can be killed, and what took effect by then is
 * in a database that outlives it.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import Sqlite from 'better-sqlite3'
import kafkajs from 'kafkajs'
import type { Running, World } from '#lab/subject'
import type { WalletEvent } from './rules.ts'
import type { Design, State } from './sequencing.ts'
import type { Strategy } from './strategy.ts'

/** What a reader is told when it is to begin. */
export interface ReaderOptions {
  /** What it writes beside each delivery. */
  readonly name: string
  readonly strategy: Strategy
  /** The path of the design's sequencer: of the one that is judged, whoever was judged when this process was forked. */
  readonly sequencer: string
  /** The path of the database. */
  readonly file: string
  readonly topic: string
  /** Where a record goes that is put aside. */
  readonly retryTopic: string
  readonly groupId: string
  /** Events that fail so often before they work. */
  readonly failures: Readonly<Record<string, number>>
  readonly retryMs: number
}

interface Delivery {
  readonly topic: string
  readonly partition: number
  readonly key: string | undefined
  readonly event: WalletEvent
}

interface Reader extends Running {
  begin(options: ReaderOptions): Promise<void>
  /** Partitions of the topic that it owns. */
  assigned(): Promise<readonly number[]>
}

/** Kafka's least for a session. */
const sessionTimeoutMs = 6000
const handlingMsMax = 4
const lockMsMax = 10_000

export const start = async (world: World): Promise<Reader> => {
  let assigned: readonly number[] = []
  let stop = async (): Promise<void> => {}
  return {
    async begin(options) {
      const { strategy, sequencer } = options
      const design = strategy.resequence ? await load(sequencer) : undefined
      const book = openBook(options.file, options.name, design)
      const retry = { initialRetryTime: 20, maxRetryTime: 200, retries: 100 }
      const kafka = new kafkajs.Kafka({
        clientId: options.name,
        brokers: [...world.kafkaBrokers],
        logLevel: kafkajs.logLevel.NOTHING,
        retry,
      })
      const producer = kafka.producer({
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
        allowAutoTopicCreation: false,
      })
      const consumer = kafka.consumer({
        groupId: options.groupId,
        sessionTimeout: sessionTimeoutMs,
        heartbeatInterval: 100,
        maxWaitTimeInMs: 50,
        allowAutoTopicCreation: false,
      })
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        assigned = payload.memberAssignment[options.topic] ?? []
      })
      await Promise.all([producer.connect(), consumer.connect()])
      await consumer.subscribe({ topics: [options.topic, options.retryTopic], fromBeginning: true })
      const work = new Work(strategy, options, book, world, async ({ key, event }) => {
        const value = JSON.stringify(event)
        await producer.send({
          topic: options.retryTopic,
          acks: -1,
          messages: [key === undefined ? { value } : { key, value }],
        })
      })
      await consumer.run({
        autoCommit: false,
        async eachBatch({ batch: { topic, partition, messages }, heartbeat }) {
          const last = messages.at(-1)
          if (last === undefined) return
          await work.through(
            messages.map(({ key, value }) => ({
              topic,
              partition,
              key: key?.toString(),
              event: JSON.parse(String(value)) as WalletEvent,
            })),
          )
          // Behind the effects: what a crash here leaves uncommitted comes again.
          const offset = String(BigInt(last.offset) + 1n)
          await consumer.commitOffsets([{ topic, partition, offset }])
          await heartbeat()
        },
      })
      stop = async () => {
        await Promise.all([consumer.disconnect(), producer.disconnect()])
        book.close()
      }
    },
    assigned: async () => assigned,
    stop: () => stop(),
  }
}

/** The records of one batch: who waits for whom, and what a failing one holds up. */
class Work {
  readonly #strategy: Strategy
  readonly #options: ReaderOptions
  readonly #book: Book
  readonly #world: World
  readonly #putAside: (delivery: Delivery) => Promise<void>
  readonly #failuresLeft: Map<string, number>

  constructor(
    strategy: Strategy,
    options: ReaderOptions,
    book: Book,
    world: World,
    putAside: (delivery: Delivery) => Promise<void>,
  ) {
    this.#strategy = strategy
    this.#options = options
    this.#book = book
    this.#world = world
    this.#putAside = putAside
    this.#failuresLeft = new Map(Object.entries(options.failures))
  }

  async through(batch: readonly Delivery[]): Promise<void> {
    // A record of the retry topic waits before it is tried again.
    if (batch.some(({ topic }) => topic === this.#options.retryTopic)) await sleep(this.#options.retryMs)
    const parked = new Map<string | undefined, Delivery[]>()
    await Promise.all(this.#lines(batch).map((line) => this.#line(line, parked)))
    await Promise.all([...parked.values()].map((line) => this.#inPlace(line)))
  }

  /** What may be in hand at a time: each line is worked on one after another, lines are worked on side by side. */
  #lines(batch: readonly Delivery[]): Delivery[][] {
    switch (this.#strategy.within) {
      case 'one after another':
        return [[...batch]]
      case 'keys side by side':
        return [...Map.groupBy(batch, ({ key }) => key).values()]
      case 'side by side':
        return batch.map((delivery) => [delivery])
    }
  }

  async #line(line: readonly Delivery[], parked: Map<string | undefined, Delivery[]>): Promise<void> {
    for (const delivery of line) {
      const behind = parked.get(delivery.key)
      if (behind !== undefined) behind.push(delivery)
      else if (!(await this.#try(delivery))) {
        if (this.#strategy.retry === 'in place') await this.#inPlace([delivery])
        else if (this.#strategy.retry === 'park the key') parked.set(delivery.key, [delivery])
        else await this.#putAside(delivery)
      }
    }
  }

  /** Each until it works, and only then the next. */
  async #inPlace(line: readonly Delivery[]): Promise<void> {
    for (const delivery of line) while (!(await this.#try(delivery))) await sleep(this.#options.retryMs)
  }

  async #try(delivery: Delivery): Promise<boolean> {
    await sleep(this.#world.random.integer(1, handlingMsMax))
    const { eventId } = delivery.event
    const left = this.#failuresLeft.get(eventId) ?? 0
    this.#failuresLeft.set(eventId, left - 1)
    if (left > 0) return false
    try {
      this.#book.effect(delivery)
    } catch (error) {
      // Not to kafkajs, which would try the batch again for ever: this process ends with what the design threw.
      setImmediate(() => {
        throw error
      })
      await new Promise<never>(() => {})
    }
    return true
  }
}

type Sequencing = Pick<Design, 'initial' | 'take'>

const load = async (file: string): Promise<Sequencing> =>
  (await import(pathToFileURL(file).href)) as Sequencing

interface Book {
  /** Notes a delivery, and what takes effect by it, in one commit. */
  effect(delivery: Delivery): void
  close(): void
}

/** The database of the lab, past its announcements: whoever reads there is the check itself. */
function openBook(file: string, reader: string, design: Sequencing | undefined): Book {
  const database = new Sqlite(file, { timeout: lockMsMax })
  const note = database.prepare(
    'INSERT INTO delivery (event_id, reader, topic, partition) VALUES (?, ?, ?, ?)',
  )
  const put = database.prepare(
    'INSERT INTO effect (event_id, wallet_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
  )
  const find = database.prepare('SELECT state FROM sequencer WHERE wallet_id = ?').pluck()
  const keep = database.prepare('INSERT OR REPLACE INTO sequencer VALUES (?, ?)')
  const effect = database.transaction(({ topic, partition, event }: Delivery) => {
    const { eventId, walletId, sequence } = event
    note.run(eventId, reader, topic, partition)
    // Without a sequencer it takes effect as it comes, once.
    if (design === undefined) return void put.run(eventId, walletId)
    const kept = find.get(walletId) as string | undefined
    const before = kept === undefined ? design.initial : (JSON.parse(kept) as State)
    const { state, effects } = design.take(before, { eventId, sequence, occurredAt: 0 }, Date.now())
    for (const each of effects) if (each.do === 'apply') put.run(each.arrival.eventId, walletId)
    keep.run(walletId, JSON.stringify(state))
  })
  return { effect: (delivery) => effect.immediate(delivery), close: () => void database.close() }
}
