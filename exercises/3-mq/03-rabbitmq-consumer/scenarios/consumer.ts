/** The wallet's consumer: it books and then acknowledges, whether it is stopped at work or killed. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import { Gate } from '#lab/kit/coming'
import type { Running, World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { openEvent, type Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { listening, startedWork, turns, turnsUntilTold } from './listener.ts'
import {
  captureOf,
  deadLetters,
  declare,
  drained,
  type Frames,
  lane,
  leftIn,
  listenerFile,
  publish,
  put,
  traceOf,
  walletOf,
  wrongBalances,
} from './queue.ts'

/** What consumer.ts exports. */
interface ConsumerModule {
  start(world: World): Promise<Running>
}

const consumerFile = 'consumer.ts'

/** How long a stop may take while a handler is at work. */
const stopMs = 3000

export interface BookedSeen {
  readonly payments: readonly Payment[]
  /** How often each payment stands in the ledger, in the order of `payments`. */
  readonly captures: readonly number[]
  readonly audit: readonly string[]
  /** Accounts whose balance is not what the payments come to. */
  readonly wrongBalances: readonly string[]
  readonly transactions: number
  /** Commits of the database "wallet" while the messages were worked on. */
  readonly commits: number
  /** The messages that are no payments, by what is wrong with them. */
  readonly invalid: readonly string[]
  readonly refused: readonly string[]
}

/** Six payments, and between them four messages that are none. */
export async function booked(lab: Lab): Promise<BookedSeen> {
  await declare(lab)
  const made = somePayments(6 + 4, seededSource(lab.run.seed))
  const payments = made.slice(0, 6)
  const events = payments.map((payment) => requestedEvent(payment, lab.run.seed))
  const invalid = invalidMessages(made.slice(6).map((payment) => requestedEvent(payment, lab.run.seed)))
  const mixed = events.flatMap((event, at) => {
    const wrong = invalid[at]
    const right = { id: event.id, body: JSON.stringify(event) }
    return wrong === undefined ? [right] : [wrong, right]
  })
  const { start } = await lab.subject.load<ConsumerModule>(consumerFile, ['start'])
  const running = lab.subject.guard<Running>(
    await lab.finished(start(await lab.world(lane)), text('start()', 'start()'), { file: consumerFile }),
    ['stop'],
    consumerFile,
  )
  lab.defer(() => running.stop())
  const commitsBefore = commitsIn(lab)
  for (const { id, body } of mixed) await put(lab, id, body)
  await drained(lab, consumerFile)
  const { ledger, transactions } = walletOf(lab)
  return {
    payments,
    captures: payments.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    audit: ledger.audit(),
    wrongBalances: wrongBalances(ledger, payments),
    transactions: transactions(),
    commits: commitsIn(lab) - commitsBefore,
    invalid: invalid.map(({ id }) => id),
    refused: await deadLetters(lab),
  }
}

function commitsIn(lab: Lab): number {
  return lab.points.filter(
    ({ name, side, fields }) => name === 'commit' && side === 'after' && fields.database === 'wallet',
  ).length
}

export interface AckSeen {
  readonly id: string
  readonly amount: Payment['amount']
  /** Whether the ledger had the payment when its ack came by; undefined when none came. */
  readonly bookedWhenAcked: boolean | undefined
  readonly automatic: boolean
  readonly trace: readonly TraceStep[]
}

/** One payment, whose booking takes a while; its ack is caught on the wire. */
export async function caughtAck(lab: Lab): Promise<AckSeen> {
  await declare(lab)
  const [payment] = somePayments(1, seededSource(lab.run.seed)) as readonly [Payment]
  const [event] = await publish(lab, [requestedEvent(payment, lab.run.seed)])
  const gate = new Gate()
  const { ledger } = walletOf(lab)
  let isInWork = false
  let bookedWhenAcked: boolean | undefined
  const ack = await lab.place({
    name: 'ack on its way',
    lane,
    text: text('the ack is on its way', 'ack đang trên đường'),
    when: { direction: 'to-broker', method: 'basic.ack' },
    what: {
      kind: 'do',
      action: async () => {
        bookedWhenAcked = ledger.count(payment.payment_id, 'capture') === 1
      },
    },
  })
  await listening(lab, {
    async handle() {
      isInWork = true
      await gate.opened
      ledger.post(captureOf(payment))
    },
  })
  await startedWork(lab, () => isInWork)
  await turns(turnsUntilTold)
  gate.open()
  const automatic = (await lab.frames(lane)).some(
    ({ method, fields }) => method === 'basic.consume' && fields.noAck === true,
  )
  if (!automatic) {
    await lab.fired(
      ack,
      text(
        'the payment was booked, and no ack was ever sent: the broker keeps it, and hands it out again at the next start',
        'thanh toán đã được ghi sổ mà không có ack nào được gửi: broker vẫn giữ nó và sẽ giao lại ở lần khởi động sau',
      ),
      { file: listenerFile, near: ['.ack('] },
    )
  }
  return {
    id: event?.id ?? '',
    amount: payment.amount,
    bookedWhenAcked,
    automatic,
    trace: traceOf(await lab.frames(lane)),
  }
}

export interface StoppedSeen {
  readonly ids: readonly string[]
  readonly handled: Readonly<Record<string, number>>
  /** The message that the stopped listener had in work. */
  readonly inWork: string
  readonly captures: readonly number[]
  readonly audit: readonly string[]
  readonly stopped: 'resolved' | 'rejected' | 'pending'
  readonly why: string
  /** Whether the connection was closed while the ack of that message was still in a buffer of the client's. */
  readonly ackOvertaken: boolean
  readonly refused: readonly string[]
  readonly left: number
  readonly trace: readonly TraceStep[]
}

/** Forty payments for two listeners; one is stopped while it has one of them in work. */
export async function stoppedHalfway(lab: Lab): Promise<StoppedSeen> {
  await declare(lab)
  const payments = somePayments(40, seededSource(lab.run.seed))
  const events = payments.map((payment) => requestedEvent(payment, lab.run.seed))
  const { ledger } = walletOf(lab)
  const gate = new Gate()
  const handled: Record<string, number> = {}
  let inWork = ''
  const book = async (payment: Payment, id: string) => {
    await turn()
    handled[id] = (handled[id] ?? 0) + 1
    ledger.post(captureOf(payment))
  }
  const read = (content: Buffer) => openEvent(content).data
  const first = await listening<Payment>(lab, {
    prefetch: 5,
    read,
    async handle(payment, { messageId = '' }) {
      if (inWork === '') {
        inWork = messageId
        await gate.opened
      }
      await book(payment, messageId)
    },
  })
  await publish(lab, events.slice(0, 10))
  await startedWork(lab, () => inWork !== '')
  await listening<Payment>(lab, {
    prefetch: 5,
    read,
    handle: (payment, { messageId = '' }) => book(payment, messageId),
  })
  lab.say(
    'One of the two is stopped. It has a payment in work.',
    'Một trong hai bị dừng. Nó đang xử lý dở một thanh toán.',
  )
  const stopping = lab.outcomeOf(first.stop(), stopMs)
  await turns(turnsUntilTold)
  await publish(lab, events.slice(10))
  gate.open()
  const stopped = await stopping
  await drained(lab, listenerFile)
  await turns(turnsUntilTold)
  return {
    ids: events.map(({ id }) => id),
    handled,
    inWork,
    captures: payments.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    audit: ledger.audit(),
    stopped: stopped.state,
    why: stopped.state === 'rejected' ? stopped.message : '',
    ackOvertaken: isOvertaken(await lab.frames(lane), inWork),
    refused: await deadLetters(lab),
    left: await leftIn(lab),
    trace: traceOf(await lab.frames(lane)).slice(-14),
  }
}

export interface KilledSeen {
  readonly payments: readonly Payment[]
  readonly kills: number
  /** Messages that came again, marked as redelivered. */
  readonly redelivered: readonly string[]
  readonly captures: readonly number[]
  readonly audit: readonly string[]
  readonly refused: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** The consumer is killed when it has booked a payment and its ack has not reached the broker; then it is started again. */
export async function killedBeforeTheAck(lab: Lab): Promise<KilledSeen> {
  await declare(lab)
  const payments = somePayments(3, seededSource(lab.run.seed))
  const actor = await lab.start(consumerFile, lane)
  const kill = await lab.place({
    name: 'kill consumer',
    lane,
    text: text(
      'the consumer is killed here (SIGKILL): its ack never arrives',
      'consumer bị kill tại đây (SIGKILL): ack của nó không bao giờ tới nơi',
    ),
    when: { direction: 'to-broker', method: 'basic.ack' },
    what: { kind: 'do', action: () => lab.killSubject(actor) },
  })
  await publish(
    lab,
    payments.map((payment) => requestedEvent(payment, lab.run.seed)),
  )
  await lab.fired(
    kill,
    text('the consumer never acknowledged a payment', 'consumer chưa hề ack thanh toán nào'),
    { file: listenerFile, near: ['.ack('] },
  )
  lab.remark('basic.deliver', 'again, and marked as redelivered', 'lại tới, có cờ redelivered')
  await lab.start(consumerFile, lane)
  await drained(lab, consumerFile)
  const { ledger } = walletOf(lab)
  const frames = await lab.frames(lane)
  return {
    payments,
    kills: 1,
    redelivered: frames
      .filter(({ method, fields }) => method === 'basic.deliver' && fields.redelivered === true)
      .map(({ message = '' }) => message),
    captures: payments.map(({ payment_id }) => ledger.count(payment_id, 'capture')),
    audit: ledger.audit(),
    refused: await deadLetters(lab),
    trace: traceOf(frames),
  }
}

/** Four ways of being no payment, each made of an event of its own. */
function invalidMessages(events: readonly Envelope[]): { id: string; body: string }[] {
  const changes: readonly [string, (event: Envelope) => string][] = [
    ['no JSON', (event) => JSON.stringify(event).slice(0, -1)],
    ['a negative amount', (event) => withAmount(event, { minor: -500, currency: 'VND' })],
    ['half a cent', (event) => withAmount(event, { minor: 0.5, currency: 'USD' })],
    [
      'a type that nobody knows',
      (event) => JSON.stringify({ ...event, type: 'workbook.payments.payment-guessed.v1' }),
    ],
  ]
  return events.flatMap((event, at) => {
    const [id, change] = changes[at] ?? []
    return id === undefined || change === undefined ? [] : [{ id, body: change(event) }]
  })
}

function withAmount(event: Envelope, amount: object): string {
  return JSON.stringify({ ...event, data: { ...(event.data as object), amount } })
}

/** Whether the client said goodbye on a connection before it acknowledged this message on it. */
function isOvertaken(frames: Frames, message: string): boolean {
  const sent = frames.filter(({ direction }) => direction === 'to-broker')
  const goodbye = sent.findIndex(({ method }) => method === 'connection.close')
  const connection = sent[goodbye]?.connection
  return sent.some(
    (frame, at) =>
      at > goodbye &&
      frame.connection === connection &&
      frame.method === 'basic.ack' &&
      frame.message === message,
  )
}
