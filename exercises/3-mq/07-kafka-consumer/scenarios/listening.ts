/** Starts what the learner wrote, in this process or in one of its own, and waits for what it does. */
import type { Lab } from '#lab/kit'
import type { Running, World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import { openEvent } from '#payments/events'

export interface Delivery {
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

export const listenerFile = 'listener.ts'
export const consumerFile = 'consumer.ts'
export const lane = 'consumer'
/** How long a clean leave may take: far less than any session timeout. */
export const leaveMs = 2500
/** How long a start may take that waits for a rebalance. */
const joinMs = 12_000

export async function listening<Message = unknown>(
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
export async function startedHere(lab: Lab): Promise<void> {
  const { start } = await lab.subject.load<ConsumerModule>(consumerFile, ['start'])
  const what = text('start()', 'start()')
  const answered = await lab.finished(start(await lab.world(lane)), what, { file: consumerFile }, joinMs)
  const running = lab.subject.guard<Running>(answered, ['stop'], consumerFile)
  lab.defer(() => running.stop())
}

/** Waits until a handler was called at all. */
export async function startedWork(lab: Lab, fact: () => boolean): Promise<void> {
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
export async function worked(lab: Lab, fact: () => boolean): Promise<void> {
  await lab.until(
    text(
      'handle() was not called for every record in the topic',
      'handle() không được gọi cho mọi record trong topic',
    ),
    fact,
    { at: { file: listenerFile, near: ['.subscribe(', 'function listen'] } },
  )
}

/** Starts the consumer again, as an operator would once the dead one is given up. */
export async function resume(lab: Lab, { topic, group }: { topic: string; group: string }) {
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
