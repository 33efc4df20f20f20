/** Starts the learner's services, asks them, and waits for what they do. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '#lab/actors'
import type { History } from '#lab/history'
import type { Lab } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import type { Lane } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { confirmedIn } from './frames.ts'

export const naiveFile = 'naive.ts'
export const paymentsFile = 'payments.ts'
export const consumerFile = 'consumer.ts'
/** How long the service may take to send what waits, restarts and pauses included. */
export const sentMsMax = 3000
/** How long it is given where it may be that nothing more comes. */
export const momentMs = 1000
/** How often a fact is looked at again. */
const lookAgainMs = 4

/** A subject's process that is started again when it has ended, as whoever runs it would. */
export class Service {
  readonly lab: Lab
  readonly file: string
  readonly lane: Lane
  actor: Actor
  starts = 1

  private constructor(lab: Lab, file: string, lane: Lane, actor: Actor) {
    this.lab = lab
    this.file = file
    this.lane = lane
    this.actor = actor
  }

  static async start(lab: Lab, file: string, lane: Lane = 'producer'): Promise<Service> {
    return new Service(lab, file, lane, await lab.start(file, lane))
  }

  async alive(): Promise<Actor> {
    if (this.actor.state !== 'running') {
      this.actor = await this.lab.start(this.file, this.lane)
      this.starts += 1
    }
    return this.actor
  }

  /** Asks for a payment to be accepted, and notes what came of it. */
  async accept(history: History, payment: Payment): Promise<void> {
    const { actor } = this
    const asked = history.invoke({ by: 'customer', what: 'accept', message: payment.payment_id })
    try {
      await actor.call('accept', payment)
      asked.ok()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (/^TODO\b/.test(reason)) {
        const doing = text(`accept() in ${this.file}`, `accept() trong ${this.file}`)
        throw this.lab.subject.brokenBy(error, { file: this.file, doing })
      }
      if (actor.state === 'running') asked.fail(reason)
      else asked.unknown(reason)
    }
  }
}

export const neverConfirmed = text(
  'the queue had room again, and no accepted payment was ever confirmed',
  'queue đã có chỗ lại mà không thanh toán đã nhận nào được confirm',
)
export const neverBooked = text(
  'payments lie in payments.work, and the consumer never began to book one',
  'payments.work có thanh toán mà consumer chưa hề bắt đầu ghi sổ cái nào',
)

/** A payment that nothing happens to: accepted, and confirmed by the broker. */
export async function told(lab: Lab, service: Service, history: History, payment: Payment): Promise<void> {
  await answered(lab, service, service.accept(history, payment))
  const { frames } = await lab.proxy()
  await lab.until(
    text(
      'a payment was accepted, nothing was wrong, and its message was never confirmed',
      'một thanh toán đã được nhận, không có sự cố gì, mà message của nó không được confirm',
    ),
    () => confirmedIn(frames).has(payment.payment_id),
    { at: { file: service.file, near: ['.publish('] } },
  )
}

/** Waits for an answer to `accept`. */
export async function answered(lab: Lab, service: Service, asking: Promise<void>): Promise<void> {
  await lab.finished(asking, text('accept()', 'accept()'), { file: service.file, near: ['accept('] })
}

/** Waits until the broker has answered for a message; a service that ended is started again. */
export async function sent(lab: Lab, service: Service, fact: () => boolean): Promise<void> {
  await lab.until(
    text(
      'a payment was accepted, and its message never came to the broker, or never again after it had come back',
      'một thanh toán đã được nhận mà message của nó không tới broker, hoặc bị trả về rồi thì không được gửi lại',
    ),
    async () => {
      await service.alive()
      return fact()
    },
    { at: { file: paymentsFile, near: ['.publish('] }, withinMs: sentMsMax },
  )
}

/** Gives something that may never come a while to happen, keeping the services alive; answers whether it did. */
export async function becomes(
  lab: Lab,
  fact: () => boolean | Promise<boolean>,
  withinMs: number,
  ...services: readonly Service[]
): Promise<boolean> {
  const deadline = lab.run.now() + lab.allowed(withinMs)
  while (!(await fact())) {
    if (lab.run.now() > deadline) return false
    for (const service of services) await service.alive()
    await sleep(lookAgainMs)
  }
  return true
}

/** Waits until payments.work is empty and nothing of it is out. */
export async function drained(lab: Lab, consumer: Service, withinMs?: number): Promise<void> {
  await lab.until(
    text(
      'payments.work was never done: a message stayed in it, or unacknowledged',
      'payments.work mãi không xong: còn message nằm lại, hoặc chưa được ack',
    ),
    async () => {
      await consumer.alive()
      return (await countIn(lab, 'payments.work')) === 0
    },
    {
      at: { file: consumerFile, near: ['.ack(', '.consume('] },
      everyMs: 15,
      ...(withinMs === undefined ? {} : { withinMs }),
    },
  )
}
