/** For tests: small consumers of RabbitMQ that book messages, right or wrong, and the exploration that crashes them. */
import { duplicated } from '../checkers/duplicated.ts'
import { lost } from '../checkers/lost.ts'
import type { Operation } from '../history/history.ts'
import { broken, held, type Promised, witness } from '../kit/promise.ts'
import { countIn, whileBrokerReturns } from '../kit/queues.ts'
import { RunContext } from '../kit/run-context.ts'
import { layOutTask } from '../kit/test-tasks.ts'
import type { Exploration, Stage, Supervised } from './exploration.ts'
import { type ExploreOptions, explore } from './explorer.ts'

const amqplib = JSON.stringify(import.meta.resolve('amqplib'))

/** A consumer that books each message and acks it; `order` says how. */
export const consumer = (order: string) => `
import { connect } from ${amqplib}
export async function start(world) {
  const database = world.openDatabase('book')
  database.exec('CREATE TABLE IF NOT EXISTS booked (id TEXT)')
  const isKnown = database.prepare('SELECT 1 FROM booked WHERE id = ?')
  const insert = database.prepare('INSERT INTO booked VALUES (?)')
  const connection = await connect(world.amqpUrl, { noDelay: true })
  // Without its connection it is of no use: it ends, and is started again.
  let isStopping = false
  connection.on('error', () => {})
  connection.on('close', () => isStopping || process.exit(1))
  const channel = await connection.createChannel()
  await channel.prefetch(1)
  await channel.consume(world.name('work'), (message) => {
    if (message === null) return
    const id = message.properties.messageId
    const ack = () => channel.ack(message)
    const book = () => insert.run(id)
    ${order}
  })
  return {
    stop: () => {
      isStopping = true
      return connection.close()
    },
    booked: () => database.prepare('SELECT id FROM booked').pluck().all(),
  }
}
`
export const orders = {
  right: 'if (isKnown.get(id) === undefined) book(); ack()',
  // The ack has to have left before the commit for this to lose anything.
  acksFirst: 'ack(); setTimeout(book, 5)',
  booksTwice: 'book(); ack()',
}

export interface Booked {
  readonly operations: readonly Operation[]
  readonly booked: readonly string[]
}

/** Whatever was sent is booked once, whoever carries it. */
export const bookedOnce = (item: string, sending: string): Promised<Booked> => ({
  item,
  text: { en: 'each message is booked once', vi: 'mỗi message được ghi sổ một lần' },
  judge: ({ operations, booked }) => {
    const anomaly = lost(operations, { what: sending, found: booked }) ?? duplicated(booked)
    if (anomaly !== undefined) return broken(anomaly.said, { messages: anomaly.messages })
    return held(witness('booked', booked.length))
  },
})

/** Two messages, booked once each, whatever dies. `withinMs` is how long a message may lie in its queue; else as long as anything moves. */
export const exploration = ({ withinMs }: { withinMs?: number } = {}): Exploration<Booked> => ({
  messages: 2,
  promise: bookedOnce('mq-03.4', 'publish'),
  play: async ({ lab, history, messages, supervise, comesTrue }) => {
    const work = lab.name('work')
    const channel = await lab.observer.channel()
    await channel.assertQueue(work, { durable: true })
    const subject = await supervise('consumer.ts', 'consumer')
    for (let nth = 1; nth <= messages; nth += 1) {
      const message = `m${nth}`
      const publishing = history.invoke({ by: 'lab', what: 'publish', message })
      await lab.observer.publish({ exchange: '', routingKey: work, body: message, messageId: message })
      publishing.ok()
      const isTaken = async () => (await whileBrokerReturns(() => countIn(lab, 'work'))) === 0
      if (withinMs !== undefined || !(await comesTrue(isTaken)))
        await lab.settled({ withinMs: withinMs ?? 0 })
    }
    // A consumer that acks first books a little later, and no fact tells when.
    await new Promise((resolve) => setTimeout(resolve, 30))
    return { operations: history.operations, booked: await bookedBy(subject, comesTrue) }
  },
})

/** What is in its book, also if it died of a late crash just now and has to come back first. */
export async function bookedBy(
  subject: Supervised,
  comesTrue: Stage['comesTrue'],
): Promise<readonly string[]> {
  let booked: readonly string[] = []
  await comesTrue(async () => {
    const answer = await subject.call('booked')
    if (answer.state === 'ok') booked = answer.value as string[]
    return answer.state === 'ok'
  })
  return booked
}

export function exploring(source: string, options: Partial<ExploreOptions> = {}) {
  return explore({
    taskFolder: layOutTask({ 'consumer.ts': source }),
    exploration: exploration() as Exploration,
    run: new RunContext(),
    crash: 'subject',
    ...options,
  })
}
