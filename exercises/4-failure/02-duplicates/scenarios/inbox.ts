/** The inbox, in the transaction that books. */
import type { Database } from 'better-sqlite3'
import type { Lab } from '#lab/kit'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { countsOf, entriesOf, isBalanced } from './books.ts'
import { Consumer, consumerFile, consumerLane, drained, neverAcked, neverBooked } from './consumers.ts'
import { declare, eventsOf, key, put, withTwiceTheAmount } from './events.ts'
import { traceOf } from './frames.ts'

interface InboxModule {
  Inbox: new (
    database: Database,
    consumer: string,
    clock: { now(): number },
  ) => { process(message: { id: string; content: Buffer }, effect: () => void): 'applied' | 'duplicate' }
}

const inboxFile = 'inbox.ts'

export interface InboxSeen {
  readonly events: readonly string[]
  /** Entries by message. */
  readonly entries: Readonly<Record<string, number>>
  /** Ids in the books that no message has. */
  readonly strangers: readonly string[]
  /** What two services that share a database are told about one message. */
  readonly services: readonly ('applied' | 'duplicate')[]
  /** The same message again, after an effect that threw. */
  readonly afterError: 'applied' | 'duplicate'
  /** Where the consumer was killed while it worked on each. */
  readonly killedAt: Readonly<Record<string, 'before' | 'after' | 'ack'>>
  readonly kills: number
  /** The id under which another payload came, and what became of it. */
  readonly conflict: { readonly id: string; readonly booked: number; readonly isDead: boolean }
  readonly dead: readonly string[]
  /** Whether balances are what the entries come to. */
  readonly isBalanced: boolean
  readonly trace: readonly TraceStep[]
}

/** Three payments; the consumer is killed just before a commit, just after one, and with its ack on the way. Then one id comes with another amount. */
export async function inOneTransaction(lab: Lab): Promise<InboxSeen> {
  await declare(lab)
  const events = eventsOf(lab, 3)
  const consumer = await Consumer.start(lab, consumerFile)
  const points = ['before', 'after', 'ack'] as const
  const killedAt: Record<string, (typeof points)[number]> = {}
  for (const [at, point] of points.entries()) {
    const event = events[at]
    if (event === undefined) continue
    killedAt[event.id] = point
    const subject = await consumer.alive()
    const kill = await lab.place({
      name: 'kill consumer',
      lane: consumerLane,
      text: text('the consumer is killed here (SIGKILL)', 'consumer bị kill tại đây (SIGKILL)'),
      when:
        point === 'ack'
          ? { direction: 'to-broker', method: 'basic.ack' }
          : { point: 'commit', side: point, fields: { database: 'wallet' } },
      what: { kind: 'kill-subject', subject },
    })
    await put(lab, event)
    await lab.fired(kill, point === 'ack' ? neverAcked : neverBooked, {
      file: consumerFile,
      near: [point === 'ack' ? '.ack(' : 'function work'],
    })
    await drained(lab, consumer)
  }
  const other = events[1] as Envelope
  const entries = countsOf(entriesOf(lab).map(({ message_id }) => message_id))
  lab.say('The same id comes with another amount.', 'Cùng một id tới với số tiền khác.')
  const forged = JSON.stringify(withTwiceTheAmount(other))
  await lab.observer.publish({
    exchange: lab.name('payments'),
    routingKey: key,
    messageId: other.id,
    body: forged,
  })
  await drained(lab, consumer)
  const dead = await lab.observer.takeAll(lab.name('payments.dead'))
  const ids = events.map(({ id }) => id)
  const forOther = entriesOf(lab).filter(({ message_id }) => message_id === other.id).length
  return {
    events: ids,
    entries,
    strangers: Object.keys(entries).filter((id) => !ids.includes(id)),
    ...(await twoServices(lab, other)),
    killedAt,
    kills: points.length,
    conflict: {
      id: other.id,
      booked: forOther - (entries[other.id] ?? 0),
      isDead: dead.some(({ body }) => body.toString() === forged),
    },
    dead: dead.flatMap(({ messageId = '', body }) => (body.toString() === forged ? [] : [messageId])),
    isBalanced: isBalanced(lab),
    trace: traceOf(await lab.frames(consumerLane)).slice(-18),
  }
}

/** Two services with one database get one message; then one of them gets another, of which the effect fails once. */
async function twoServices(lab: Lab, event: Envelope): Promise<Pick<InboxSeen, 'services' | 'afterError'>> {
  const { Inbox } = await lab.subject.loadData<InboxModule>(inboxFile, ['Inbox'])
  const database = lab.openDatabase('shared')
  const [wallet, mail] = ['wallet', 'mail'].map(
    (name) => new Inbox(database, name, { now: () => Date.now() }),
  )
  if (wallet === undefined || mail === undefined) throw new Error('there are two services')
  const received = { id: event.id, content: Buffer.from(JSON.stringify(event)) }
  const services = [wallet, mail].map((inbox) => inbox.process(received, () => {}))
  const next = { ...received, id: `${event.id}-2` }
  try {
    wallet.process(next, () => {
      throw new Error('the effect failed')
    })
  } catch {
    // As it should: whether it is remembered is the question.
  }
  return { services, afterError: wallet.process(next, () => {}) }
}
