/** A payment that fails: rejected, waiting on a level, tried again, at its end. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import { countIn, peekIds } from '#lab/kit/queues'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { traceOf } from './frames.ts'
import { frozenPayments, publish, put, walletOf } from './payments.ts'
import { attemptsMax, delaysMs, hourMs, queues } from './queues.ts'
import { becomes, consumerFile, declared, lane, parked, tried, untilDead } from './services.ts'

export interface RejectedSeen {
  readonly exists: boolean
  readonly pointsTo: string | undefined
  readonly rejected: readonly string[]
  readonly arrived: readonly string[]
  readonly intact: number
}

/** Two messages are rejected from payments.work: one that came through the exchange, and one that came past it. */
export async function rejected(lab: Lab): Promise<RejectedSeen> {
  await declared(lab)
  const work = (await queues(lab)).find(({ name }) => name === 'payments.work')
  if (work === undefined) return { exists: false, pointsTo: undefined, rejected: [], arrived: [], intact: 0 }
  const rejected = ['through the exchange "payments"', 'straight to the queue']
  await put(lab, rejected[0] ?? '', 'first body')
  await lab.observer.publish({
    exchange: '',
    routingKey: lab.name('payments.work'),
    messageId: rejected[1] ?? '',
    body: 'second body',
  })
  const channel = await lab.observer.channel()
  for (const _ of rejected) {
    const message = await channel.get(lab.name('payments.work'))
    if (message !== false) channel.reject(message, false)
  }
  await channel.close()
  await becomes(lab, async () => (await countIn(lab, 'payments.dlq')) === rejected.length)
  const found = await lab.observer.takeAll(lab.name('payments.dlq'))
  return {
    exists: true,
    pointsTo: work.deadLetterExchange,
    rejected,
    arrived: found.map(({ messageId = '' }) => messageId),
    intact: found.filter(({ body }) => /^(?:first|second) body$/.test(body.toString())).length,
  }
}

export interface WaitingSeen {
  /** The waits that were found: what expires in them leads to payments.work. */
  readonly waits: readonly { readonly name: string; readonly ttlMs: number; readonly durable: boolean }[]
  readonly wanted: readonly number[]
  readonly workTtlMs: number | undefined
  readonly put: readonly string[]
  /** Where they were when all delays were over, and a day later, with nobody there. */
  readonly inWork: readonly string[]
  readonly later: readonly string[]
}

/** A message in each wait queue, and no consumer anywhere: the delays go by, then a day. */
export async function waiting(lab: Lab): Promise<WaitingSeen> {
  await declared(lab)
  const all = await queues(lab)
  const work = all.find(({ name }) => name === 'payments.work')
  const waits = all.flatMap(({ name, ttlMs, durable }) =>
    ttlMs === undefined || /^payments\.(?:work|dlq)$/.test(name) ? [] : [{ name, ttlMs, durable }],
  )
  const put: string[] = []
  for (const { name } of waits) {
    const messageId = `in ${name}`
    await lab.observer.publish({ exchange: '', routingKey: lab.name(name), messageId, body: 'waits' })
    put.push(messageId)
  }
  lab.say('Nobody consumes. The delays go by …', 'Không có consumer nào. Các khoảng chờ trôi qua …')
  for (const delay of delaysMs) await lab.elapse(delay + 1)
  await becomes(lab, async () => (await countIn(lab, 'payments.work')) === put.length)
  const inWork = await peekIds(lab, 'payments.work')
  lab.say('… and a day.', '… rồi một ngày.')
  await lab.elapse(24 * hourMs)
  const later = (await Promise.all(all.map(({ name }) => peekIds(lab, name)))).flat()
  return { waits, wanted: delaysMs, workTtlMs: work?.ttlMs, put, inWork, later }
}

export interface AttemptsSeen {
  /** Of the message: so it is called in the trace. */
  readonly id: string
  readonly attempts: number
  readonly restarts: number
  /** Attempts that came before their delay was over. */
  readonly early: number
  /** Whether a first retry came while another payment was in a longer wait. */
  readonly overtakes: boolean
  readonly dead: number
  readonly trace: readonly TraceStep[]
}

/** A payment that fails each time; the consumer is killed after the second attempt, and started again. */
export async function attempted(lab: Lab): Promise<AttemptsSeen> {
  await declared(lab)
  const wallet = walletOf(lab)
  const [payment, second] = frozenPayments(lab, wallet, 2) as [Payment, Payment]
  const actor = await lab.start(consumerFile, lane)
  const { id } = await publish(lab, payment)
  let early = 0
  await tried(lab, wallet, payment, 1)
  await parked(lab)
  lab.say('Its first wait is over.', 'Lần chờ đầu tiên đã hết.')
  await lab.elapse(delaysMs[0])
  await tried(lab, wallet, payment, 2)
  await parked(lab)
  const parkedAt = lab.run.now()
  lab.say(
    'The consumer is killed, and started again: what does it remember?',
    'Consumer bị kill rồi khởi động lại: nó còn nhớ gì?',
  )
  await lab.killSubject(actor)
  await lab.start(consumerFile, lane)

  // The first payment is in its second wait: what is in its first has to come out before it.
  await publish(lab, second)
  await tried(lab, wallet, second, 1)
  await parked(lab, 2)
  await lab.elapse(delaysMs[0])
  const overtakes = await becomes(lab, () => wallet.attempts(second.payment_id) === 2)
  // The broker's clock also runs by itself: on a slow computer the second wait may truly be over.
  if (lab.run.now() - parkedAt + delaysMs[0] < delaysMs[1]) early += wallet.attempts(payment.payment_id) - 2
  await lab.elapse(delaysMs[1] - delaysMs[0])
  await tried(lab, wallet, payment, 3)
  await parked(lab, 2)
  await lab.elapse(delaysMs[2])
  await tried(lab, wallet, payment, 4)
  // Whoever counts wrong tries on: give it what it waits for.
  const isDead = async () => (await countIn(lab, 'payments.dlq')) > 0
  for (let round = 0; round < attemptsMax && !(await becomes(lab, isDead)); round += 1)
    await lab.elapse(delaysMs[2])
  return {
    id,
    attempts: wallet.attempts(payment.payment_id),
    restarts: 1,
    early,
    overtakes,
    dead: (await peekIds(lab, 'payments.dlq')).length,
    trace: traceOf(await lab.frames(lane)).slice(-16),
  }
}

export interface ExhaustedSeen {
  /** Of the message: so it is called in the trace. */
  readonly id: string
  readonly kills: number
  /** How often the consumer handed it on, the time it was killed included. */
  readonly handedOn: number
  readonly inDlq: number
  /** Everywhere else. */
  readonly elsewhere: readonly string[]
  readonly booked: number
  readonly trace: readonly TraceStep[]
}

/** The consumer is killed as it hands a failed payment on for the first time; started again, it goes on to the end. */
export async function exhausted(lab: Lab): Promise<ExhaustedSeen> {
  await declared(lab)
  const wallet = walletOf(lab)
  const [payment] = frozenPayments(lab, wallet, 1) as [Payment]
  const actor = await lab.start(consumerFile, lane)
  const kill = await lab.place({
    name: 'kill consumer',
    lane,
    text: text(
      'the consumer is killed as it hands the message on (SIGKILL)',
      'consumer bị kill khi đang chuyển message đi (SIGKILL)',
    ),
    when: { direction: 'to-broker', method: 'basic.publish' },
    what: { kind: 'do', action: () => lab.killSubject(actor) },
  })
  const { id } = await publish(lab, payment)
  await lab.fired(
    kill,
    text(
      'a payment failed, and was not published to any wait queue',
      'một thanh toán xử lý hỏng mà không được publish vào wait queue nào',
    ),
    { file: consumerFile, near: ['.publish(', '.sendToQueue(', 'TODO'] },
  )
  await lab.start(consumerFile, lane)
  await untilDead(lab)
  await becomes(lab, async () => (await countIn(lab, 'payments.work')) === 0)
  // Whoever does it twice does it at once.
  for (let each = 0; each < 40; each += 1) await turn()
  const all = await queues(lab)
  const others = all.filter(({ name }) => name !== 'payments.dlq')
  const elsewhere = (
    await Promise.all(others.map(async ({ name }) => ((await countIn(lab, name)) > 0 ? [name] : [])))
  ).flat()
  const frames = await lab.frames(lane)
  return {
    id,
    kills: 1,
    handedOn: frames.filter(
      ({ method, direction }) => method === 'basic.publish' && direction === 'to-broker',
    ).length,
    inDlq: await countIn(lab, 'payments.dlq'),
    elsewhere,
    booked: wallet.ledger.count(payment.payment_id, 'capture'),
    trace: traceOf(frames).slice(-20),
  }
}
