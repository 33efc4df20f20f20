/** What the scenarios share: the queue that messages wait in, those who put them there, and looks at what became of them. */
import type { Lab } from '#lab/kit'
import { countIn, takeIds } from '#lab/kit/queues'
import { traceStep } from '#lab/kit/trace'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { Ledger, transfer } from '#payments/ledger'

export const listenerFile = 'listener.ts'
export const lane = 'consumer'
const key = 'payment.requested'
export const work = 'payments.work'

/** How long an ack that was sent may be on its way. */
const ackMsMax = 500

/** The topology belongs to the lab here. A classic queue: a quorum queue of RabbitMQ 4 would end an endless loop by itself. */
export async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(lab.name('payments.dead'), { durable: true })
  await channel.assertQueue(lab.name(work), {
    durable: true,
    arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': lab.name('payments.dead') },
  })
  await channel.bindQueue(lab.name(work), lab.name('payments'), key)
  await channel.close()
}

/** Waits until payments.work is empty and nothing of it is out, or it is clear that this will never be. */
export async function drained(
  lab: Lab,
  file: string,
  isHopeless: () => boolean = () => false,
): Promise<void> {
  lab.needs('inspect')
  const { frames } = await lab.proxy(lane)
  await lab.until(
    text(
      'payments.work was never done: a message stayed in it, or unacknowledged',
      'payments.work mãi không xong: còn message nằm lại, hoặc chưa được ack',
    ),
    async () => {
      const [error] = channelErrors(frames)
      if (error !== undefined) throw closedBy(lab, error)
      return isHopeless() || (await countIn(lab, work)) === 0
    },
    { at: { file, near: ['.ack(', '.consume(', 'listen('] } },
  )
}

function closedBy(lab: Lab, error: string): Error {
  return lab.breaks(
    text(
      `the broker closed the channel ("${error}"), and nobody works on payments.work any more`,
      `broker đóng channel ("${error}"), và không còn ai xử lý payments.work nữa`,
    ),
    { file: listenerFile, near: ['.ack('] },
  )
}

/** What is in payments.work once the last acks have had a moment to arrive. */
export async function leftIn(lab: Lab): Promise<number> {
  const deadline = lab.run.now() + lab.allowed(ackMsMax)
  for (;;) {
    const left = await countIn(lab, work)
    if (left === 0 || lab.run.now() > deadline) return left
  }
}

/** What was refused; it is taken out. */
export function deadLetters(lab: Lab): Promise<string[]> {
  return takeIds(lab, 'payments.dead')
}

export async function publish(lab: Lab, events: readonly Envelope[]): Promise<readonly Envelope[]> {
  for (const event of events) await put(lab, event.id, JSON.stringify(event))
  return events
}

export async function put(lab: Lab, messageId: string, body: string): Promise<void> {
  await lab.observer.publish({ exchange: lab.name('payments'), routingKey: key, messageId, body })
}

/** The subject's wallet, as the lab reads it. */
export function walletOf(lab: Lab): { ledger: Ledger; transactions: () => number } {
  const database = lab.openDatabase('wallet')
  const ledger = new Ledger(database, seededSource(lab.run.seed))
  const count = database.prepare('SELECT count(*) AS count FROM txn')
  return { ledger, transactions: () => (count.get() as { count: number }).count }
}

export function captureOf({ payment_id, merchant_id, amount }: Payment) {
  return {
    payment_id,
    kind: 'capture',
    legs: transfer('customers', `merchant:${merchant_id}`, amount),
  } as const
}

export function wrongBalances(ledger: Ledger, payments: readonly Payment[]): string[] {
  const expected = new Map<string, bigint>()
  for (const { merchant_id, amount } of payments) {
    const account = `merchant:${merchant_id} ${amount.currency}`
    expected.set(account, (expected.get(account) ?? 0n) + amount.minor)
  }
  return [...expected].flatMap(([name, minor]) => {
    const [account, currency] = name.split(' ') as [string, Payment['amount']['currency']]
    return ledger.balance(account, currency).amount.minor === minor ? [] : [name]
  })
}

export function paymentEvents(lab: Lab, howMany: number): Envelope[] {
  return somePayments(howMany, seededSource(lab.run.seed)).map((payment) =>
    requestedEvent(payment, lab.run.seed),
  )
}

export type Frames = Awaited<ReturnType<Lab['frames']>>

export function acksIn(frames: Frames): number {
  return frames.filter(({ method, direction }) => method === 'basic.ack' && direction === 'to-broker').length
}

/** What the broker closed a channel or the connection for. */
export function channelErrors(frames: Frames): string[] {
  return frames
    .filter(
      ({ method, direction }) => /^(?:channel|connection)\.close$/.test(method) && direction === 'to-client',
    )
    .map(({ fields }) => String(fields.replyText))
}

/** Why the client itself closed the connection, unless it said that all is well. */
export function endedBy(frames: Frames): string | undefined {
  const close = frames.find(
    ({ method, direction }) => method === 'connection.close' && direction === 'to-broker',
  )
  return close === undefined || close.fields.replyCode === 200 ? undefined : String(close.fields.replyText)
}

export function traceOf(frames: Frames): TraceStep[] {
  return frames
    .filter(
      ({ method }) => /^basic\.(?:deliver|ack|nack|reject|cancel)$/.test(method) || method.endsWith('.close'),
    )
    .map((frame) => traceStep(frame, lane))
}
