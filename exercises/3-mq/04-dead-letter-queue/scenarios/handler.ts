/** The handler of dead letters: what it stores, and that it stores it before it acks. */
import type { Lab } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { traceOf } from './frames.ts'
import { frozenPayments, key, publish, put, walletOf } from './payments.ts'
import {
  becomes,
  consumerFile,
  declared,
  handlerFile,
  killedAt,
  lane,
  started,
  untilDead,
} from './services.ts'

export interface StoredSeen {
  readonly died: readonly string[]
  readonly stored: readonly string[]
  /** The one whose row the database refused at first. */
  readonly unstorable: string
  readonly kills: number
  readonly left: number
  readonly trace: readonly TraceStep[]
}

/**
 * Three dead messages; their handler is killed as the first of them reaches it, and again with its first ack on the way. Then a fourth
 * dies while the disk is full.
 */
export async function handlerKilled(lab: Lab): Promise<StoredSeen> {
  await declared(lab)
  const died = somePayments(3, seededSource(lab.run.seed)).map(
    (payment) => requestedEvent(payment, lab.run.seed).id,
  )
  for (const messageId of died) {
    await lab.observer.publish({
      exchange: lab.name('payments.dlx'),
      routingKey: key,
      messageId,
      body: 'dead',
    })
  }
  await killedAt(lab, { direction: 'to-client', method: 'basic.deliver' }, 'before it has the first message')
  await killedAt(lab, { direction: 'to-broker', method: 'basic.ack' }, 'with its first ack on the way')
  const handler = await lab.start(handlerFile, lane)
  await emptied(lab, handlerFile)
  // Says so when there is no table.
  records(lab)
  const unstorable = await diesWhileTheDiskIsFull(lab)
  await again(lab, handler)
  await emptied(lab, handlerFile)
  return {
    died: [...died, unstorable],
    unstorable,
    stored: records(lab).map(({ message_id }) => message_id),
    kills: 2,
    left: await countIn(lab, 'payments.dlq'),
    trace: traceOf(await lab.frames(lane)).slice(-16),
  }
}

/** A message dies, and its row is refused; resolves, with its id, when the handler has met that, and the disk has room again. */
async function diesWhileTheDiskIsFull(lab: Lab): Promise<string> {
  const [, , , payment] = somePayments(4, seededSource(lab.run.seed)) as [Payment, Payment, Payment, Payment]
  const { id } = requestedEvent(payment, lab.run.seed)
  const database = lab.openDatabase('dead-letters')
  database.exec(`CREATE TRIGGER disk_full BEFORE INSERT ON dead_letter WHEN NEW.message_id = '${id}'
    BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`)
  lab.say('The disk is full, and another message dies.', 'Đĩa đầy, và thêm một message chết.')
  const before = (await answers(lab)).length
  await lab.observer.publish({
    exchange: lab.name('payments.dlx'),
    routingKey: key,
    messageId: id,
    body: 'dead',
  })
  // Whoever neither answers nor ends has kept the message: that is right, too.
  await becomes(lab, async () => (await answers(lab)).length > before)
  database.exec('DROP TRIGGER disk_full')
  return id
}

/** What the handler has answered to the broker so far; the end of its connection is an answer. */
async function answers(lab: Lab) {
  const ways = ['basic.ack', 'basic.nack', 'basic.reject', 'connection.close', 'channel.close']
  return (await lab.frames(lane)).filter(
    ({ direction, method }) => direction === 'to-broker' && ways.includes(method),
  )
}

/** Ends a handler, if it still runs, and starts another one. */
async function again(lab: Lab, handler: Awaited<ReturnType<Lab['start']>>): Promise<void> {
  if (handler.state === 'running') await lab.killSubject(handler)
  await lab.start(handlerFile, lane)
}

/** A row of the table dead_letter. */
export interface DeadLetter {
  readonly message_id: string
  readonly reason: string | null
  readonly attempts: number | null
  readonly exchange: string | null
  readonly routing_key: string | null
  readonly body: Uint8Array | string | null
}

export interface RecordsSeen {
  readonly failing: string
  readonly unreadable: string
  readonly rejected: string
  readonly bodies: Readonly<Record<string, string>>
  readonly records: readonly DeadLetter[]
  readonly left: number
}

/** A payment that fails to the end, one that can't be read, and one that somebody else rejected: all three are put on record. */
export async function recorded(lab: Lab): Promise<RecordsSeen> {
  await declared(lab)
  const wallet = walletOf(lab)
  const [payment, torn, other] = frozenPayments(lab, wallet, 3) as [Payment, Payment, Payment]
  const third = requestedEvent(other, lab.run.seed)
  await put(lab, third.id, JSON.stringify(third))
  const channel = await lab.observer.channel()
  const message = await channel.get(lab.name('payments.work'))
  if (message !== false) channel.reject(message, false)
  await channel.close()

  await started(lab, consumerFile)
  const unreadable = requestedEvent(torn, lab.run.seed)
  const bodies = {
    [unreadable.id]: JSON.stringify(unreadable).slice(0, -1),
    [third.id]: JSON.stringify(third),
  }
  const failing = await publish(lab, payment)
  bodies[failing.id] = JSON.stringify(failing)
  await put(lab, unreadable.id, bodies[unreadable.id] ?? '')
  await untilDead(lab, 3)
  await started(lab, handlerFile)
  await emptied(lab, handlerFile)
  return {
    failing: failing.id,
    unreadable: unreadable.id,
    rejected: third.id,
    bodies,
    records: records(lab),
    left: await countIn(lab, 'payments.dlq'),
  }
}

/** Waits until payments.dlq is empty and nothing of it is out. */
async function emptied(lab: Lab, file: string): Promise<void> {
  await lab.until(
    text(
      'payments.dlq was never emptied: a message stayed in it, or unacknowledged',
      'payments.dlq mãi không trống: còn message nằm lại, hoặc chưa được ack',
    ),
    async () => (await countIn(lab, 'payments.dlq')) === 0,
    { at: { file, near: ['.ack(', '.consume('] } },
  )
}

/** What is on record, by whoever wrote it. */
export function records(lab: Lab): DeadLetter[] {
  const database = lab.openDatabase('dead-letters')
  const table = database
    .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'dead_letter'")
    .get()
  if (table === undefined) {
    throw lab.breaks(
      text(
        'the database "dead-letters" has no table dead_letter',
        'database "dead-letters" không có bảng dead_letter',
      ),
      { file: handlerFile, near: ['CREATE TABLE', 'openDatabase('] },
    )
  }
  return database.prepare('SELECT * FROM dead_letter ORDER BY message_id').all() as DeadLetter[]
}
