/** A committed payment leaves through an outbox, whatever is done to it on its way. */
import { History } from '#lab/history'
import type { Lab } from '#lab/kit'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { confirmedIn, endedWithNack, lostIn, publishedIn, traceOf } from './frames.ts'
import { ledgerOf, paymentsOf } from './payments.ts'
import { bind, deadLetters, declare, emptyQueue, lengthMax } from './queues.ts'
import {
  answered,
  becomes,
  consumerFile,
  drained,
  momentMs,
  neverConfirmed,
  paymentsFile,
  Service,
  sent,
} from './services.ts'

export interface OutboxSeen {
  /** The one that nothing was bound for, and the one whose confirm was lost. */
  readonly returned: string
  readonly unconfirmed: string
  /** Payments of which the last thing that was heard from the broker is a refusal. */
  readonly endedWithNack: readonly string[]
  /** Ids of the messages under which each payment was sent, in order. */
  readonly sentUnder: Readonly<Record<string, readonly string[]>>
  /** Messages whose id on the wire is not that of the event in them. */
  readonly renamed: number
  readonly captures: Readonly<Record<string, number>>
  readonly audit: readonly string[]
  readonly dead: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Three payments that can't simply be sent: nothing is bound, the queue is full, a confirm is lost. */
export async function leftThroughTheOutbox(lab: Lab): Promise<OutboxSeen> {
  await declare(lab, { isBound: false, lengthMax })
  const history = new History()
  const payments = paymentsOf(lab, 3) as [Payment, Payment, Payment]
  const [returned, refused, unconfirmed] = payments
  const service = await Service.start(lab, paymentsFile)
  const { frames } = await lab.proxy()
  const settledAs = (method: string) =>
    frames.some((frame) => frame.direction === 'to-client' && frame.method === method)

  lab.say('Nothing is bound to payment.requested yet.', 'Chưa có gì được bind với payment.requested.')
  await answered(lab, service, service.accept(history, returned))
  await sent(lab, service, () => settledAs('basic.return') || settledAs('basic.ack'))
  lab.say('Now there is a binding, and the queue is full.', 'Giờ đã có binding, nhưng queue đầy.')
  // Full before it is bound: what waits in the outbox would take a place.
  for (let each = 0; each < lengthMax; each += 1) {
    await lab.observer.publish({ exchange: '', routingKey: lab.name('payments.work'), body: 'fills it' })
  }
  await bind(lab)
  await service.alive()
  await answered(lab, service, service.accept(history, refused))
  await sent(lab, service, () => settledAs('basic.nack'))
  lab.say('There is room again, and a confirm is lost.', 'Queue có chỗ lại, và một confirm bị mất.')
  await emptyQueue(lab)
  const cut = await lab.place({
    name: 'lost confirm',
    text: text('the confirm is lost and the connection torn', 'confirm bị mất và kết nối bị ngắt'),
    when: { direction: 'to-client', method: 'basic.ack' },
    what: { kind: 'cut' },
  })
  await service.alive()
  await answered(lab, service, service.accept(history, unconfirmed))
  await sent(lab, service, () => cut.state === 'fired')
  await lab.fired(cut, neverConfirmed, { file: paymentsFile, near: ['.publish('] })
  // By itself, or with the next start.
  const since = frames.length
  const allThere = () => payments.every(({ payment_id }) => confirmedIn(frames.slice(since)).has(payment_id))
  if (!(await becomes(lab, allThere, momentMs, service))) {
    await lab.killSubject(service.actor)
    await becomes(lab, allThere, momentMs, service)
  }

  const consumer = await Service.start(lab, consumerFile, 'consumer')
  await drained(lab, consumer)
  const ledger = ledgerOf(lab)
  const published = publishedIn(frames)
  return {
    returned: returned.payment_id,
    unconfirmed: lostIn(frames) ?? unconfirmed.payment_id,
    endedWithNack: endedWithNack(frames),
    sentUnder: Object.fromEntries(
      payments.map(({ payment_id }) => [
        payment_id,
        published.flatMap(({ payment, messageId }) => (payment === payment_id ? [messageId] : [])),
      ]),
    ),
    renamed: published.filter(({ event, messageId }) => event !== messageId).length,
    captures: Object.fromEntries(
      payments.map(({ payment_id }) => [payment_id, ledger.count(payment_id, 'capture')]),
    ),
    audit: ledger.audit(),
    dead: await deadLetters(lab),
    trace: traceOf(frames).slice(-18),
  }
}
