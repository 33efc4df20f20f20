/**
 * How long a message can stay in queues with a TTL and a retry delay, played on a broker whose clock is moved: each reading of
 * "TTL, retries, delay" is a topology and a consumer, and the answer is what the broker did with the message.
 */
import type { Channel } from 'amqplib'
import type { Lab } from '../kit/lab.ts'
import { text } from '../verdict/language.ts'

/**
 * What one may mean by it.
 * - `free-consumer`: each visit is taken at once; refused, it waits for the delay in another queue
 * - `one-wait`: the first visit waits as long as it may, the others are taken at once
 * - `every-visit`: each visit waits as long as it may, and is then refused
 * - `attempts`: the same, where the number counts all attempts and not the retries after the first
 * - `requeued`: refused back into the same queue, without a delay
 * - `nobody`: no consumer; what expires goes to a dead letter queue
 * - `nobody-round`: no consumer; what expires goes into the delay's queue, and from there back
 */
export const stayModels = [
  'free-consumer',
  'one-wait',
  'every-visit',
  'attempts',
  'requeued',
  'nobody',
  'nobody-round',
] as const
export type StayModel = (typeof stayModels)[number]

/** Milliseconds of the broker's clock. */
export interface StaySettings {
  readonly ttlMs: number
  readonly retries: number
  readonly delayMs: number
  readonly processingMs: number
}

export interface Stay {
  /** From the publish until the message was in the dead letter queue, or nowhere. */
  readonly ms: number
  /** How often a consumer had it. */
  readonly visits: number
  readonly end: 'dead-lettered' | 'dropped'
}

const [work, wait, dead] = ['stay.work', 'stay.wait', 'stay.dead']

/**
 * "As long as it may" ends so long before the message expires. The broker's clock is moved, and runs besides: what a busy computer takes
 * between two steps passes there too.
 */
export const marginMs = 5000

/** Plays one message through. A visit that waits is so much shorter than it might be (`marginMs`), so what it came to is a lower bound. */
export async function playStay(lab: Lab, model: StayModel, settings: StaySettings): Promise<Stay> {
  const channel = await lab.observer.channel()
  const stage = new Stage(lab, channel)
  await stage.declare(model, settings)
  try {
    const id = `${model}-${settings.ttlMs}`
    await lab.observer.publish({ exchange: '', routingKey: lab.name(work), messageId: id, body: id })
    if (model === 'nobody' || model === 'nobody-round') return await nobody(stage, model, settings)
    return await visited(stage, model, settings)
  } finally {
    for (const queue of [work, wait, dead]) await channel.deleteQueue(lab.name(queue))
    await channel.close()
  }
}

async function visited(stage: Stage, model: StayModel, settings: StaySettings): Promise<Stay> {
  const { ttlMs, delayMs, processingMs } = settings
  const attempts = model === 'attempts' ? settings.retries : settings.retries + 1
  for (let nth = 1; ; nth += 1) {
    const waits = model === 'one-wait' ? nth === 1 : model !== 'free-consumer'
    if (waits) await stage.pass(ttlMs - marginMs)
    const message = await stage.take()
    // While it is unacknowledged it can't expire.
    await stage.pass(processingMs)
    if (model === 'requeued') {
      // The expiry counts from the publish: put back late it is gone at once, put back early at the time it always had.
      stage.channel.nack(message, false, true)
      await stage.told()
      await stage.pass(Math.max(1, marginMs - processingMs))
      await stage.is(dead)
      return { ms: stage.passed, visits: nth, end: 'dead-lettered' }
    }
    if (nth === attempts) {
      stage.channel.sendToQueue(stage.name(dead), message.content)
      stage.channel.ack(message)
      await stage.is(dead)
      return { ms: stage.passed, visits: nth, end: 'dead-lettered' }
    }
    stage.channel.nack(message, false, false)
    await stage.is(wait)
    await stage.pass(delayMs)
    await stage.is(work)
  }
}

async function nobody(stage: Stage, model: StayModel, { ttlMs, delayMs }: StaySettings): Promise<Stay> {
  await stage.pass(ttlMs - marginMs)
  await stage.is(work)
  await stage.pass(marginMs)
  if (model === 'nobody') {
    await stage.is(dead)
    return { ms: stage.passed, visits: 0, end: 'dead-lettered' }
  }
  await stage.is(wait)
  // Nobody has refused it, so the broker takes it for a circle and drops it where it would come by a second time.
  await stage.pass(delayMs)
  await stage.isNowhere()
  return { ms: stage.passed, visits: 0, end: 'dropped' }
}

class Stage {
  readonly channel: Channel
  readonly #lab: Lab
  /** Milliseconds that have passed on the broker's clock. */
  passed = 0

  constructor(lab: Lab, channel: Channel) {
    this.#lab = lab
    this.channel = channel
  }

  name(queue: string): string {
    return this.#lab.name(queue)
  }

  async declare(model: StayModel, { ttlMs, delayMs }: StaySettings): Promise<void> {
    const to = (queue: string) => ({
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': this.name(queue),
    })
    const refused = model === 'requeued' || model === 'nobody' ? dead : wait
    await this.channel.assertQueue(this.name(dead), { durable: true })
    await this.channel.assertQueue(this.name(wait), {
      durable: true,
      arguments: { 'x-message-ttl': delayMs, ...to(work) },
    })
    await this.channel.assertQueue(this.name(work), {
      durable: true,
      arguments: { 'x-message-ttl': ttlMs, ...to(refused) },
    })
  }

  async pass(ms: number): Promise<void> {
    if (ms <= 0) return
    await this.#lab.elapse(ms)
    this.passed += ms
  }

  async take() {
    const message = await this.channel.get(this.name(work))
    if (message === false) throw new Error(`after ${this.passed} ms the message is not in the queue any more`)
    return message
  }

  /** Resolves when the broker has handled what was sent before. */
  async told(): Promise<void> {
    await this.channel.checkQueue(this.name(work))
  }

  /** Waits until the message is in a queue. */
  async is(queue: string): Promise<void> {
    await this.#lab.until(
      text(`the message did not come into ${queue}`, `message không vào ${queue}`),
      async () => (await this.channel.checkQueue(this.name(queue))).messageCount === 1,
      { whose: 'lab' },
    )
  }

  async isNowhere(): Promise<void> {
    await this.#lab.until(
      text('the message is still in a queue', 'message vẫn còn trong một queue'),
      async () => {
        const counts = await Promise.all(
          [work, wait, dead].map((queue) => this.channel.checkQueue(this.name(queue))),
        )
        return counts.every(({ messageCount }) => messageCount === 0)
      },
      { whose: 'lab' },
    )
  }
}
