/** A work queue with one wait queue for each delay: the waiting room of everything that is tried again. */
import type { Lab } from '#lab/kit'
import { declare, openProducer } from '#lab/study/moves'
import type { Envelope } from '#payments/envelope'

/** Declares `work`, `dead`, and a wait queue for each delay, from which a message comes back to `work`. */
export async function declareLevels(lab: Lab, delaysMs: readonly number[]): Promise<void> {
  const back = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': lab.name('work') }
  await declare(lab, {
    queues: {
      work: {},
      dead: {},
      ...Object.fromEntries(
        delaysMs.map((ms) => [waitQueue(ms), { arguments: { 'x-message-ttl': ms, ...back } }] as const),
      ),
    },
  })
}

const waitQueue = (ms: number): string => `wait.${ms}`

/** Puts a message into the waiting room of one delay, or into the queue where the dead are. */
export async function putAside(lab: Lab, event: Envelope, delayMs: number | undefined): Promise<void> {
  const producer = await openProducer(lab, 'consumer')
  await producer.publish({
    exchange: '',
    routingKey: delayMs === undefined ? 'dead' : waitQueue(delayMs),
    event,
  })
}
