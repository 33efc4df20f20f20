/** The explorer over small subjects of its own: what it finds, what it clears, and that it finds the same again. */
import { describe, expect, test, vi } from 'vitest'
import { duplicated } from '../checkers/duplicated.ts'
import { lost } from '../checkers/lost.ts'
import type { Operation } from '../history/history.ts'
import { broken, held, witness } from '../kit/promise.ts'
import { RunContext } from '../kit/run-context.ts'
import { layOutTask } from '../kit/test-tasks.ts'
import type { Exploration } from './exploration.ts'
import { type ExploreOptions, explore } from './explorer.ts'
import { showMoment } from './moment.ts'

// Dozens of runs with several processes each.
vi.setConfig({ testTimeout: 300_000 })

const amqplib = JSON.stringify(import.meta.resolve('amqplib'))

/** A consumer that books each message and acks it; `order` says how. */
const consumer = (order: string) => `
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
const orders = {
  right: 'if (isKnown.get(id) === undefined) book(); ack()',
  // The ack has to have left before the commit for this to lose anything.
  acksFirst: 'ack(); setTimeout(book, 5)',
  booksTwice: 'book(); ack()',
}

interface Booked {
  readonly operations: readonly Operation[]
  readonly booked: readonly string[]
}

/** Two messages, booked once each, whatever dies. `patience` is how long a message may lie in its queue. */
const exploration = (patience: { withinMs?: number } = {}): Exploration<Booked> => ({
  messages: 2,
  promise: {
    item: 'mq-03.4',
    text: { en: 'each message is booked once', vi: 'mỗi message được ghi sổ một lần' },
    judge: ({ operations, booked }) => {
      const anomaly = lost(operations, { what: 'publish', found: booked }) ?? duplicated(booked)
      if (anomaly !== undefined) return broken(anomaly.said, { messages: anomaly.messages })
      return held(witness('booked', booked.length))
    },
  },
  play: async ({ lab, history, messages, supervise }) => {
    const work = lab.name('work')
    const channel = await lab.observer.channel()
    await channel.assertQueue(work, { durable: true })
    const subject = await supervise('consumer.ts', 'consumer')
    for (let nth = 1; nth <= messages; nth += 1) {
      const message = `m${nth}`
      const publishing = history.invoke({ by: 'lab', what: 'publish', message })
      await lab.observer.publish({ exchange: '', routingKey: work, body: message, messageId: message })
      publishing.ok()
      await lab.settled(patience)
    }
    // A consumer that acks first books a little later, and no fact tells when.
    await new Promise((resolve) => setTimeout(resolve, 30))
    const answer = await subject.call('booked')
    return { operations: history.operations, booked: answer.state === 'ok' ? (answer.value as string[]) : [] }
  },
})

function exploring(source: string, options: Partial<ExploreOptions> = {}) {
  return explore({
    taskFolder: layOutTask({ 'consumer.ts': source }),
    exploration: exploration() as Exploration,
    run: new RunContext(),
    crash: 'subject',
    ...options,
  })
}

describe('the explorer', () => {
  test('clears a subject that keeps its promise at every moment', async () => {
    const {
      counterExample,
      causes,
      played,
      held: kept,
      moments,
    } = await exploring(consumer(orders.right), { messages: 1 })

    expect(counterExample?.breach.said).toBeUndefined()
    // A run that missed a deadline on a busy computer is said to be that, and convicts nobody.
    expect(kept + causes.length).toBe(played)
    expect(kept).toBeGreaterThan(causes.length)
    // Around the ack, two commits, three set-up methods, and before their answers and the delivery.
    expect(moments).toBe(played)
    expect(moments).toBeGreaterThan(10)
  })

  test('finds the crash between ack and commit, with one message', async () => {
    const { counterExample } = await exploring(consumer(orders.acksFirst))

    expect(counterExample?.schedule).toMatchObject({ messages: 1 })
    expect(counterExample?.schedule.at.map(showMoment)).toEqual(['after:consumer-broker:basic.ack:1'])
    expect(counterExample?.breach.said.en).toBe(
      '1 of 1 messages reported as done are nowhere to be found: m1',
    )
    expect(counterExample?.breach.trace.map(({ what }) => what)).toContain('killed')
  })

  test('finds the crash between commit and ack, the same one each time, and replays it alone', async () => {
    const options = {
      messages: 1,
      run: new RunContext(),
      taskFolder: layOutTask({ 'consumer.ts': consumer(orders.booksTwice) }),
    }
    const [one, two] = [await exploring('', options), await exploring('', options)]

    expect(one.counterExample?.schedule).toEqual(two.counterExample?.schedule)
    expect(one.counterExample?.schedule.at.map(showMoment)).toEqual(['after:consumer-database:commit:2'])

    const at = one.counterExample?.schedule.at ?? []
    const replayed = await exploring('', { ...options, at })
    expect(replayed).toMatchObject({ played: 1 })
    expect(replayed.counterExample?.breach.said).toEqual(one.counterExample?.breach.said)
  })

  test('replays a crash that breaks now and then until it breaks', async () => {
    const { promise, ...rest } = exploration()
    let judged = 0
    const racy: Exploration<Booked> = {
      ...rest,
      promise: {
        ...promise,
        // The first is the run without a crash.
        judge: (seen) => (++judged < 4 ? promise.judge(seen) : broken({ en: 'lost', vi: 'mất' })),
      },
    }
    const at = [{ side: 'before', from: 'consumer', to: 'broker', what: 'basic.ack', nth: 1 }] as const
    const { counterExample, played } = await exploring(consumer(orders.right), {
      messages: 1,
      exploration: racy as Exploration,
      at,
    })

    expect(counterExample?.breach.said.en).toBe('lost')
    expect({ judged, played }).toEqual({ judged: 4, played: 1 })
  })

  test('clears it when the broker is killed instead, and the consumer is started again', async () => {
    // A sample: the references of the tasks are cleared at every moment (`npm run test:soak explore`).
    const { counterExample, held: kept } = await exploring(consumer(orders.right), {
      crash: 'broker',
      messages: 1,
      schedules: 8,
    })

    expect(counterExample?.breach.said).toBeUndefined()
    expect(kept).toBeGreaterThan(5)
  })

  test('says what breaks without any crash, and what a run never came to', async () => {
    const silent = consumer('')
    const impatient = exploration({ withinMs: 500 }) as Exploration
    const { counterExample } = await exploring(silent, { messages: 1, exploration: impatient })
    expect(counterExample?.schedule.at).toEqual([])
    expect(counterExample?.breach.said.en).toBe('a message stayed in its queue, or was never acknowledged')

    const at = [{ side: 'before', from: 'consumer', to: 'broker', what: 'basic.nack', nth: 1 }] as const
    const { unreached, held: kept } = await exploring(consumer(orders.right), { messages: 1, at })
    expect({ unreached, kept }).toEqual({ unreached: 1, kept: 0 })
  })
})
