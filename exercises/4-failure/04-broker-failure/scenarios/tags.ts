/** The consumer whose delivery tags are of a channel that is gone. */
import { setTimeout as sleep } from 'node:timers/promises'
import { History } from '#lab/history'
import type { Lab } from '#lab/kit'
import type { TraceStep } from '#lab/verdict'
import { requestedEvent } from '#payments/fixtures'
import { deliveredIn, strayAcksIn, traceOf } from './frames.ts'
import { ledgerOf, paymentsOf } from './payments.ts'
import { inQueue } from './queue.ts'
import {
  backMsMax,
  becomes,
  consumerFile,
  endedOf,
  illnessOf,
  momentMs,
  neverConsumed,
  send,
  settledMsMax,
  started,
} from './services.ts'

export interface TagsSeen {
  readonly events: readonly string[]
  readonly redelivered: number
  /** What the broker closed a channel for. */
  readonly channelErrors: readonly string[]
  /** Acks that came for a delivery of another connection, or twice for one. */
  readonly strayAcks: number
  readonly captures: readonly number[]
  readonly ended: readonly { readonly file: string; readonly why: string }[]
  readonly left: number
  readonly trace: readonly TraceStep[]
}

/** Three payments are in work when the connection is lost; they come again on the next one; then all six handlings end. */
export async function oldTags(lab: Lab): Promise<TagsSeen> {
  const services = await started(lab)
  const payments = paymentsOf(lab, 3)
  const events = payments.map((payment) => requestedEvent(payment, lab.run.seed))
  const illness = illnessOf(lab)
  illness.begin()
  const { frames } = await lab.proxy('consumer')
  const history = new History()
  await Promise.all(events.map((event) => send(lab, services.producer, history, event)))
  await lab.until(neverConsumed, () => deliveredIn(frames).length >= events.length, {
    at: { file: consumerFile, near: ['.consume('] },
  })
  lab.say(
    'Three payments are in work. Their connection is lost.',
    'Ba thanh toán đang được xử lý. Kết nối của chúng bị mất.',
  )
  ;(await lab.proxy('consumer')).cut()
  const isBack = await becomes(
    lab,
    () => deliveredIn(frames).length >= 2 * events.length,
    backMsMax,
    services,
  )
  const redelivered = deliveredIn(frames).length - events.length
  lab.say(
    'They came again. Now all the handlers finish, old ones and new ones.',
    'Chúng tới lại. Giờ mọi handler làm xong, cũ lẫn mới.',
  )
  illness.end()
  // Who never came back for them won't settle them either.
  if (isBack) await becomes(lab, async () => (await inQueue(lab)) === 0, settledMsMax, services)
  await sleep(momentMs)
  const ledger = ledgerOf(lab)
  return {
    events: events.map(({ id }) => id),
    redelivered,
    channelErrors: frames
      .filter(
        ({ method, direction }) =>
          /^(?:channel|connection)\.close$/.test(method) && direction === 'to-client',
      )
      .map(({ fields }) => String(fields.replyText)),
    strayAcks: strayAcksIn(frames),
    captures: payments.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    ended: await endedOf(services),
    left: await inQueue(lab),
    trace: traceOf(frames, 'consumer').slice(-16),
  }
}
