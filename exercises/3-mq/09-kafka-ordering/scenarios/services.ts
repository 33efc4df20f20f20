/** Starts what the learner wrote, and waits for what it does. */
import type { Database } from 'better-sqlite3'
import type { Lab } from '#lab/kit'
import type { Running, World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import type { OpenedEvent } from '#payments/events'
import type { Step } from './events.ts'

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

export const publisherFile = 'publisher.ts'
export const consumerFile = 'consumer.ts'
export const bookFile = 'book.ts'
export const group = 'wallets'
/** How long what was sent may be on its way to a handler: a group has to form first. */
export const handledMs = 8000
export const stopMs = 3000
/** Whoever joins a group waits for its other members, once for each that joins. */
const joinMs = 12_000

/** Watches handlers: what is at work, what is done, and what met what. */
export class Watched {
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

export async function startedPublisher(lab: Lab): Promise<Publisher> {
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

export async function startedBook(lab: Lab): Promise<void> {
  const { start } = await lab.subject.load<{ start(world: World): Promise<Running> }>(bookFile, ['start'])
  const starting = start(await lab.world('consumer'))
  const running = lab.subject.guard<Running>(
    await lab.finished(starting, text('start()', 'start()'), { file: bookFile }, joinMs),
    ['stop'],
    bookFile,
  )
  lab.defer(async () => void (await lab.outcomeOf(running.stop(), stopMs)))
}

export function publishedTo(lab: Lab, publisher: Publisher, topic: string, event: Envelope): Promise<void> {
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
export function rowsIn(database: Database): Step[] {
  const table = database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'applied'")
    .get()
  if (table === undefined) return []
  return database.prepare('SELECT wallet, version FROM applied ORDER BY position').all() as Step[]
}

/** Waits until so many members have their partitions, in one group or in several. */
export async function joined(lab: Lab, members: number, file: string): Promise<void> {
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
export async function reaches(
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

export async function turns(howMany: number): Promise<void> {
  for (let nth = 0; nth < howMany; nth += 1) await new Promise((resolve) => setImmediate(resolve))
}
