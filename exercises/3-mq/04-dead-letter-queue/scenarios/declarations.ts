/** The dead-letter exchange and its queue, as they were declared. */
import type { Lab } from '#lab/kit'
import { peekIds, takeIds } from '#lab/kit/queues'
import { key } from './payments.ts'
import { hourMs, queues } from './queues.ts'
import { declared } from './services.ts'

export interface DeadLetterExchangeSeen {
  readonly exists: boolean
  readonly durable: boolean
  /** Routing keys that were tried, and those that led to no queue. */
  readonly keys: readonly string[]
  readonly unrouted: readonly string[]
  readonly inDlq: number
}

/** The topology is declared twice; then messages arrive at the DLX under every key that something could die with. */
export async function deadLetterExchange(lab: Lab): Promise<DeadLetterExchangeSeen> {
  await declared(lab)
  await declared(lab)
  const { exchanges } = await lab.inspect()
  const found = exchanges.find(({ name }) => name === lab.name('payments.dlx'))
  if (found === undefined) return { exists: false, durable: false, keys: [], unrouted: [], inDlq: 0 }
  const keys = [key, 'payment.refunded', 'a.key.of.tomorrow', lab.name('payments.work'), '']
  const unrouted: string[] = []
  for (const [index, routingKey] of keys.entries()) {
    const outcome = await lab.observer.publish({
      exchange: lab.name('payments.dlx'),
      routingKey,
      messageId: `key-${index}`,
      body: 'dead',
    })
    if (outcome === 'unroutable') unrouted.push(lab.shown(routingKey))
  }
  return {
    exists: true,
    durable: found.durable,
    keys,
    unrouted,
    inDlq: (await takeIds(lab, 'payments.dlq')).length,
  }
}

export interface DeadLetterQueueSeen {
  readonly exists: boolean
  readonly durable: boolean
  readonly died: readonly string[]
  readonly kept: readonly string[]
  readonly kills: number
  /** What is left after another hour: a DLQ that forgets is no DLQ. */
  readonly keptLater: number
}

/** Three messages die; the broker is killed and started again; an hour goes by. */
export async function deadLetterQueue(lab: Lab): Promise<DeadLetterQueueSeen> {
  lab.needs('kill')
  await declared(lab)
  const dlq = (await queues(lab)).find(({ name }) => name === 'payments.dlq')
  if (dlq === undefined) return { exists: false, durable: false, died: [], kept: [], kills: 0, keptLater: 0 }
  const died = ['dead-1', 'dead-2', 'dead-3']
  for (const messageId of died) {
    await lab.observer.publish({
      exchange: lab.name('payments.dlx'),
      routingKey: key,
      messageId,
      body: 'dead',
    })
  }
  lab.say('The broker is killed, and started again.', 'Broker bị kill rồi khởi động lại.')
  await lab.killBroker()
  await lab.restartBroker()
  // A queue that is not durable went with the broker.
  const isThere = (await queues(lab)).some(({ name }) => name === 'payments.dlq')
  const kept = isThere ? await peekIds(lab, 'payments.dlq') : []
  await lab.elapse(hourMs)
  const keptLater = isThere ? (await takeIds(lab, 'payments.dlq')).length : 0
  return { exists: true, durable: dlq.durable, died, kept, kills: 1, keptLater }
}
