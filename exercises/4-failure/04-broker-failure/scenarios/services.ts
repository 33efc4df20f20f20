/** Starts the learner's producer and consumer, and waits for what they do. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '#lab/actors'
import type { History } from '#lab/history'
import type { Lab } from '#lab/kit'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { databaseOf } from './payments.ts'

export const producerFile = 'producer.ts'
export const consumerFile = 'consumer.ts'
export const lineFile = 'line.ts'
export const lanes = ['producer', 'consumer'] as const
/** How long a service may take to work again once the broker is back: its longest wait, and a start. */
export const backMsMax = 6000
/** How long something may take that may never come. */
export const momentMs = 300
/** How long the last bookings and acks may take once everything works again. */
export const settledMsMax = 6000
const lookAgainMs = 4
export const inspectEveryMs = 15

/** The two services, each in a process of its own. */
export interface Services {
  readonly producer: Actor
  readonly consumer: Actor
}

export const neverConsumed = text(
  'payments were sent, and nobody consumed them from payments.work',
  'thanh toán đã được gửi mà không ai nhận chúng từ payments.work',
)

/** Both services run, and stand on a connection each. */
export async function started(lab: Lab): Promise<Services> {
  const consumer = await lab.start(consumerFile, 'consumer')
  const producer = await lab.start(producerFile, 'producer')
  return { producer, consumer }
}

/** Asks the producer to send an event, and notes what came of it. */
export async function send(lab: Lab, producer: Actor, history: History, event: Envelope): Promise<void> {
  const asked = history.invoke({ by: 'caller', what: 'send', message: event.id })
  try {
    await producer.call('send', event)
    asked.ok()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (/^TODO\b/.test(reason))
      throw lab.subject.brokenBy(error, { file: producerFile, doing: text('send()', 'send()') })
    if (producer.state === 'running') asked.fail(reason)
    else asked.unknown(reason)
  }
}

/** Services that are not there any more, and their last words. */
export async function endedOf(services: Services): Promise<{ file: string; why: string }[]> {
  const ended = [services.producer, services.consumer].filter(({ state }) => state !== 'running')
  return Promise.all(
    ended.map(async (actor) => {
      const { error, code, signal } = await actor.ended
      return { file: `${actor.name}.ts`, why: error?.message ?? `exit code ${code ?? signal}` }
    }),
  )
}

/** Gives something that may never come a while to happen, as long as both services live; answers whether it did. */
export async function becomes(
  lab: Lab,
  fact: () => boolean | Promise<boolean>,
  withinMs: number,
  services: Services,
): Promise<boolean> {
  const deadline = lab.run.now() + lab.allowed(withinMs)
  while (!(await fact())) {
    const isOver = lab.run.now() > deadline
    if (isOver || [services.producer, services.consumer].some(({ state }) => state !== 'running'))
      return false
    await sleep(lookAgainMs)
  }
  return true
}

/** The illness of the screening service: while it lasts, whatever is in work stays in work. */
export function illnessOf(lab: Lab): { begin(): void; end(): void } {
  const database = databaseOf(lab, 'screening')
  return {
    begin: () => void database.prepare('INSERT INTO illness VALUES (0)').run(),
    end: () => void database.prepare('DELETE FROM illness').run(),
  }
}
