/** Starts the learner's producer, and sends by it. */
import type { Lab } from '#lab/kit'
import type { World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'

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

/** Who has to have a record: all in-sync replicas, the leader, nobody. */
export type Acks = -1 | 0 | 1

export const file = 'producer.ts'
export const onThreeNodes = { nodes: 3 } as const
/** How long a send may take when nodes come and go. */
export const comeBackMs = 6000
/** The same where dozens wait in front of it. */
export const inTurnMs = 12_000
export const lastWordMs = 1000

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
export async function send(
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

export async function finish(lab: Lab, producer: Producer): Promise<void> {
  await lab.outcomeOf(producer.stop(), lastWordMs)
}
