/** The strategy on a Kafka that is there: readers as processes, one of them killed, its partitions moved to others, and moved again. */
import type { Database } from 'better-sqlite3'
import type { Actor } from '#lab/actors'
import type { Lab } from '#lab/kit'
import { onKafka, unhurried } from '#lab/kit/stage'
import { makeRandom } from '#lab/random'
import { text } from '#lab/verdict/language'
import type { ReaderOptions } from './reader.ts'
import { after, fingerprint, history, orderOf, type WalletEvent } from './rules.ts'
import { loadDesign, type State } from './sequencing.ts'
import { loadStrategy, partitioner, problemOf, type Strategy, type StrategyProblem } from './strategy.ts'
import { type Write, writerTo } from './writing.ts'

export interface MovedSeen {
  readonly problem: StrategyProblem | undefined
  readonly events: number
  readonly wallets: number
  readonly readers: number
  readonly kills: number
  /** Deliveries of events that had been delivered before. */
  readonly repeated: number
  /** Partitions on which more than one reader has worked. */
  readonly moved: number
  /** Wallets that somebody was asked to send again, once all was read. */
  readonly resent: number
  /** The first wallet that ended otherwise than its history says, and in which order its events took effect. */
  readonly wrong: { readonly walletId: string; readonly order: string; readonly wallets: number } | undefined
}

/** Of each third, so that something is under way whenever partitions move. */
const waveSize = 60
const walletsCount = 18
const hotShare = 0.3
/** Processes are costly, and two are enough for a partition to move from one to another. */
const readersMax = 2
const failingMax = 4
const failures = 3
const retryMs = 100
const startMsMax = 20_000
const readMsMax = 40_000
const roundsMax = 8

const schema = `
CREATE TABLE delivery (nth INTEGER PRIMARY KEY, event_id TEXT NOT NULL, reader TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL) STRICT;
CREATE TABLE effect (nth INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, wallet_id TEXT NOT NULL) STRICT;
CREATE TABLE sequencer (wallet_id TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT`

const play = onKafka({ nodes: 1 }, async (lab): Promise<MovedSeen> => {
  const strategy = await loadStrategy(lab.subject)
  const random = makeRandom(lab.run.seed)
  const events = history(random, { events: 3 * waveSize, wallets: walletsCount, hotShare })
  const readersCount = Math.min(strategy.consumers, readersMax)
  const problem = problemOf(strategy)
  const stage = new Stage(lab, strategy, events)
  if (problem !== undefined) return { ...stage.seen(), problem, readers: readersCount, kills: 0, resent: 0 }

  await stage.declare()
  const readers = await Promise.all(
    Array.from({ length: readersCount }, (_, nth) => stage.start(`reader-${nth + 1}`)),
  )
  await lab.kafka.untilStable(stage.group, readersCount, { withinMs: startMsMax, whose: 'lab' })
  const [first] = events
  const partition = partitioner(strategy, strategy.partitions)(first as WalletEvent)
  const victim = await stage.ownerOf(partition, readers)
  const crash = await lab.place({
    name: 'crash before the commit',
    text: text(
      'a consumer is killed here: its effects are there, its offset is not',
      'một consumer bị kill tại đây: hiệu lực đã có, offset thì chưa',
    ),
    lane: 'consumer',
    when: { direction: 'to-broker', method: 'OffsetCommit', fields: { topic: stage.topic, partition } },
    what: { kind: 'kill-subject', subject: victim },
  })
  await stage.produce(events.slice(0, waveSize))
  const silent = text('nobody committed anything', 'không ai commit gì cả')
  await lab.until(silent, () => crash.state === 'fired', { withinMs: startMsMax, whose: 'lab' })
  await lab.fired(crash, silent)
  // Elsewhere its session has to pass by itself, while the others wait.
  if (lab.run.engine === 'embedded') await lab.kafka.expireSessions()
  lab.say(
    'Its partitions move to whoever is left; more events come.',
    'Partition của nó chuyển sang consumer còn lại; event vẫn tới.',
  )
  await stage.produce(events.slice(waveSize, 2 * waveSize))
  lab.say(
    'A new one is started, and partitions move again.',
    'Một consumer mới chạy lên, partition lại đổi chủ.',
  )
  await stage.start(`reader-${readersCount + 1}`)
  await stage.produce(events.slice(2 * waveSize))
  await stage.untilRead()
  const resent = await stage.sendAgain()
  return { ...stage.seen(), problem: undefined, readers: readersCount + 1, kills: 1, resent }
})

/** A consumer is killed with its effects done and nothing committed; then another one joins. */
export const moved = unhurried(play)

class Stage {
  readonly topic: string
  readonly group: string
  readonly #retryTopic: string
  readonly #lab: Lab
  readonly #strategy: Strategy
  readonly #events: readonly WalletEvent[]
  readonly #database: Database
  #write: Promise<Write> | undefined
  readonly #ended: { readonly name: string; readonly error: Error | undefined }[] = []

  constructor(lab: Lab, strategy: Strategy, events: readonly WalletEvent[]) {
    this.#lab = lab
    this.#strategy = strategy
    this.#events = events
    this.topic = lab.name('wallets')
    this.#retryTopic = lab.name('wallets-retry')
    this.group = lab.name('booking')
    this.#database = lab.openDatabase('wallets')
    this.#database.exec(schema)
  }

  async declare(): Promise<void> {
    const { partitions } = this.#strategy
    for (const topic of [this.topic, this.#retryTopic])
      await this.#lab.kafka.observer.createTopic(topic, { partitions })
  }

  async start(name: string): Promise<Actor> {
    const { topic, group: groupId } = this
    const actor = await this.#lab.start('attacks/reader.ts', 'consumer')
    void actor.ended.then(({ error }) => this.#ended.push({ name, error }))
    const options: ReaderOptions = {
      name,
      strategy: this.#strategy,
      sequencer: this.#lab.subject.path('sequencer.ts'),
      file: this.#database.name,
      topic,
      retryTopic: this.#retryTopic,
      groupId,
      failures: Object.fromEntries(worstToFail(this.#events).map((id) => [id, failures])),
      retryMs,
    }
    await this.#lab.finished(
      actor.call('begin', options),
      text('a consumer joining its group', 'consumer vào group'),
      undefined,
      startMsMax,
    )
    return actor
  }

  async ownerOf(partition: number, readers: readonly Actor[]): Promise<Actor> {
    return await this.#lab.until(
      text('nobody owns a partition', 'không ai giữ partition'),
      async () => {
        for (const reader of readers) {
          const owned = (await reader.call('assigned')) as readonly number[]
          if (owned.includes(partition)) return reader
        }
        return undefined
      },
      { withinMs: startMsMax, whose: 'lab' },
    )
  }

  /** At once, so that something is in hand and something waits behind it. */
  async produce(events: readonly WalletEvent[]): Promise<void> {
    this.#write ??= writerTo(this.#lab, this.topic, this.#strategy)
    const write = await this.#write
    await write(events)
  }

  /** Waits until everything is committed, also what was put aside on the way. */
  async untilRead(): Promise<void> {
    const isRead = async (topic: string): Promise<boolean> =>
      (await this.#lab.kafka.lag(this.group, topic)) === 0
    await this.#lab.until(
      text('a consumer never came to the end of the topic', 'consumer mãi không đọc tới cuối topic'),
      async () => {
        this.#throwIfEnded()
        // In this order: what leaves the first topic is in the second before that is committed.
        return (await isRead(this.topic)) && (await isRead(this.#retryTopic))
      },
      { withinMs: readMsMax, everyMs: 25, whose: 'lab' },
    )
  }

  /** A consumer that nobody killed has ended by what the design threw. */
  #throwIfEnded(): void {
    const broken = this.#ended.find(({ error }) => error !== undefined)
    if (broken?.error === undefined) return
    const { message } = broken.error
    throw this.#lab.breaks(text(message, message), { file: 'sequencer.ts', near: ['function take'] })
  }

  /**
   * Whoever is asked for what is missing sends the whole wallet again, until nobody asks or nothing comes of it. Answers how many wallets
   * that were.
   */
  async sendAgain(): Promise<number> {
    if (!this.#strategy.resequence) return 0
    const design = await loadDesign(this.#lab.subject)
    const late = Number.MAX_SAFE_INTEGER / 2
    const states = () =>
      this.#database.prepare('SELECT wallet_id, state FROM sequencer').all() as {
        readonly wallet_id: string
        readonly state: string
      }[]
    const asked = new Set<string>()
    for (let round = 0; round < roundsMax; round += 1) {
      const open = states().filter(({ state }) =>
        design.tick(JSON.parse(state) as State, late).effects.some((effect) => effect.do === 'ask-again'),
      )
      if (open.length === 0) break
      for (const { wallet_id } of open) {
        asked.add(wallet_id)
        await this.produce(this.#events.filter(({ walletId }) => walletId === wallet_id))
      }
      await this.untilRead()
    }
    return asked.size
  }

  seen(): Pick<MovedSeen, 'events' | 'wallets' | 'repeated' | 'moved' | 'wrong'> {
    const count = (query: string): number => this.#database.prepare(query).pluck().get() as number
    const took = this.#database
      .prepare('SELECT event_id FROM effect WHERE wallet_id = ? ORDER BY nth')
      .pluck()
    const byId = new Map(this.#events.map((event) => [event.eventId, event]))
    const wallets = Map.groupBy(this.#events, ({ walletId }) => walletId)
    const wrong = [...wallets].flatMap(([walletId, written]) => {
      const effects = (took.all(walletId) as string[]).flatMap((id) => byId.get(id) ?? [])
      return fingerprint(after(effects)) === fingerprint(after(written))
        ? []
        : [{ walletId, order: orderOf(effects) }]
    })
    const [first] = wrong
    return {
      events: this.#events.length,
      wallets: wallets.size,
      repeated: count('SELECT count(*) - count(DISTINCT event_id) FROM delivery'),
      moved: count(
        'SELECT count(*) FROM (SELECT 1 FROM delivery GROUP BY topic, partition HAVING count(DISTINCT reader) > 1)',
      ),
      wrong: first && { ...first, wallets: wrong.length },
    }
  }
}

/**
 * Events whose wallet would end otherwise if they took effect behind whatever else of it lies in their wave, or behind any more: a retry at
 * the worst moment, as a crash is one. At most one of a wallet, so that two don't make up for each other.
 */
function worstToFail(events: readonly WalletEvent[]): string[] {
  const waveOf = new Map(events.map((event, at) => [event.eventId, Math.floor(at / waveSize)]))
  const found: string[] = []
  for (const all of Map.groupBy(events, ({ walletId }) => walletId).values()) {
    const right = fingerprint(after(all))
    const worst = all.find((event, at) => {
      const rest = all.toSpliced(at, 1)
      const passed = rest
        .slice(at)
        .filter(({ eventId }) => waveOf.get(eventId) === waveOf.get(event.eventId)).length
      const places = Array.from({ length: rest.length - at - passed + 1 }, (_, more) => at + passed + more)
      return (
        passed > 0 && places.every((place) => fingerprint(after(rest.toSpliced(place, 0, event))) !== right)
      )
    })
    if (worst !== undefined) found.push(worst.eventId)
  }
  return found.slice(0, failingMax)
}
