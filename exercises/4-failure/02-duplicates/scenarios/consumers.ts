/** Starts the learner's consumers, and waits for what they do. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '#lab/actors'
import type { Lab } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'

export const unprotectedFile = 'unprotected.ts'
export const consumerFile = 'consumer.ts'
export const consumerLane = 'consumer'
/** How often the lab's producer tries to send one message. */
export const attemptsMax = 5
/** How long something may take that may never come. */
export const momentMs = 300
/** How long a consumer may take to come to a commit. */
export const commitMsMax = 3000
/** How often a fact is looked at again. */
const lookAgainMs = 4
const inspectEveryMs = 15

/** A consumer's process that is started again when it has ended, as whoever runs it would. */
export class Consumer {
  readonly lab: Lab
  readonly file: string
  actor: Actor

  private constructor(lab: Lab, file: string, actor: Actor) {
    this.lab = lab
    this.file = file
    this.actor = actor
  }

  static async start(lab: Lab, file: string): Promise<Consumer> {
    return new Consumer(lab, file, await lab.start(file, consumerLane))
  }

  async alive(): Promise<Actor> {
    if (this.actor.state !== 'running') this.actor = await this.lab.start(this.file, consumerLane)
    return this.actor
  }
}

export const neverBooked = text(
  'a payment was delivered, and nothing was written to the database "wallet"',
  'một thanh toán đã được giao mà không có gì được ghi vào database "wallet"',
)
export const neverAcked = text(
  'a payment was delivered, and never acknowledged',
  'một thanh toán đã được giao mà không bao giờ được ack',
)

/** Waits until payments.work is empty and nothing of it is out; consumers that ended are started again. */
export async function drained(lab: Lab, ...consumers: readonly Consumer[]): Promise<void> {
  const [first] = consumers
  await lab.until(
    text(
      'payments.work was never done: a message stayed in it, or unacknowledged',
      'payments.work mãi không xong: còn message nằm lại, hoặc chưa được ack',
    ),
    async () => {
      for (const consumer of consumers) await consumer.alive()
      return (await countIn(lab, 'payments.work')) === 0
    },
    { at: { file: first?.file ?? consumerFile, near: ['.ack(', '.consume('] }, everyMs: inspectEveryMs },
  )
}

/** Gives something that may never come a while to happen; answers whether it did. */
export async function becomes(lab: Lab, fact: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = lab.run.now() + lab.allowed(withinMs)
  while (!fact()) {
    if (lab.run.now() > deadline) return false
    await sleep(lookAgainMs)
  }
  return true
}

export function commitsBegun(lab: Lab): number {
  return lab.points.filter(({ name, side }) => name === 'commit' && side === 'before').length
}
