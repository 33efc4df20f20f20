/** The explorer over a small consumer of Kafka: at which requests it crashes, what it finds and what it clears. */
import { describe, expect, test, vi } from 'vitest'
import { duplicated } from '../checkers/duplicated.ts'
import { lost } from '../checkers/lost.ts'
import type { Operation } from '../history/history.ts'
import { broken, held, witness } from '../kit/promise.ts'
import { RunContext } from '../kit/run-context.ts'
import { layOutTask } from '../kit/test-tasks.ts'
import type { Exploration } from './exploration.ts'
import { type ExploreOptions, explore } from './explorer.ts'
import { readMoment, showMoment } from './moment.ts'

// Dozens of runs with several processes each.
vi.setConfig({ testTimeout: 120_000 })

/** A consumer that books each record and commits its offset; `order` says how. */
const consumer = (order: string) => `
import kafkajs from ${JSON.stringify(import.meta.resolve('kafkajs'))}
export async function start(world) {
  const database = world.openDatabase('book')
  database.exec('CREATE TABLE IF NOT EXISTS booked (id TEXT)')
  const isKnown = database.prepare('SELECT 1 FROM booked WHERE id = ?')
  const insert = database.prepare('INSERT INTO booked VALUES (?)')
  const kafka = new kafkajs.Kafka({
    brokers: [...world.kafkaBrokers],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { initialRetryTime: 20, maxRetryTime: 100, retries: 50 },
  })
  const consumer = kafka.consumer({ groupId: world.name('group'), sessionTimeout: 6000, maxWaitTimeInMs: 50 })
  // What kafkajs will not try again stops it: the process ends, and is started again.
  consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || process.exit(1))
  await consumer.connect()
  await consumer.subscribe({ topic: world.name('work'), fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      const id = message.value.toString()
      const commit = () => consumer.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }])
      const book = () => insert.run(id)
      ${order}
    },
  })
  return {
    stop: () => consumer.disconnect(),
    booked: () => database.prepare('SELECT id FROM booked').pluck().all(),
  }
}
`
const orders = {
  right: 'if (isKnown.get(id) === undefined) book(); await commit()',
  commitsFirst: 'await commit(); book()',
}

interface Booked {
  readonly operations: readonly Operation[]
  readonly booked: readonly string[]
}

const explorationOn = (kafka: 1 | 3): Exploration<Booked> => ({
  brokers: { kafka },
  messages: 1,
  promise: {
    item: 'mq-07.9',
    text: { en: 'each record is booked once', vi: 'mỗi record được ghi sổ một lần' },
    judge: ({ operations, booked }) => {
      const anomaly = lost(operations, { what: 'produce', found: booked }) ?? duplicated(booked)
      if (anomaly !== undefined) return broken(anomaly.said, { messages: anomaly.messages })
      return held(witness('booked', booked.length))
    },
  },
  play: async ({ lab, history, messages, supervise }) => {
    const [topic, group] = [lab.name('work'), lab.name('group')]
    await lab.kafka.observer.createTopic(topic)
    const subject = await supervise('consumer.ts', 'consumer')
    for (let nth = 1; nth <= messages; nth += 1) {
      const message = `m${nth}`
      const producing = history.invoke({ by: 'lab', what: 'produce', message })
      await lab.kafka.observer.produce(topic, [{ value: message, headers: { id: message } }])
      producing.ok()
    }
    await lab.until(
      { en: 'it was never done', vi: 'mãi không xong' },
      () =>
        lab.kafka.lag(group, topic).then(
          (lag) => lag === 0,
          () => false,
        ),
      { withinMs: 12_000, everyMs: 20 },
    )
    const answer = await subject.call('booked')
    await subject.stop()
    return { operations: history.operations, booked: answer.state === 'ok' ? (answer.value as string[]) : [] }
  },
})

const exploring = (source: string, kafka: 1 | 3, options: Partial<ExploreOptions> = {}) =>
  explore({
    taskFolder: layOutTask({ 'consumer.ts': source }),
    exploration: explorationOn(kafka) as Exploration,
    run: new RunContext(),
    crash: 'subject',
    ...options,
  })

describe('the explorer, on Kafka', () => {
  test('finds the crash between commit and booking, and tells it in the words of Kafka', async () => {
    const { counterExample, servers } = await exploring(consumer(orders.commitsFirst), 1)

    expect(servers[0]).toMatch(/^Kafka /)
    expect(counterExample?.schedule.at.map(showMoment)).toEqual(['after:consumer-broker:OffsetCommit:1'])
    expect(counterExample?.breach.said.en).toContain('nowhere to be found: m1')
    const told = counterExample?.breach.trace.map(({ what }) => what)
    expect(told).toContain('Fetch work/0 offset 0')
    expect(told).toContain('OffsetCommit work/0 → 1')
  })

  test('clears a consumer that commits behind its booking, one that dies while it joins included', async () => {
    const at = [
      'after:consumer-broker:JoinGroup:1',
      'after:consumer-broker:SyncGroup:1',
      'before:broker-consumer:Fetch:1',
    ]
    for (const moment of at.flatMap((word) => readMoment(word) ?? [])) {
      const { counterExample, held: kept } = await exploring(consumer(orders.right), 1, { at: [moment] })

      expect(counterExample?.breach.said, showMoment(moment)).toBeUndefined()
      expect(kept, showMoment(moment)).toBe(1)
    }
  })

  test.each([
    ['broker', 1],
    ['broker', 3],
    ['connection', 1],
  ] as const)('crash=%s with %i nodes: at the commit, and it goes on', async (crash, nodes) => {
    const at = [readMoment('before:consumer-broker:OffsetCommit:1')].flatMap((moment) => moment ?? [])
    const { counterExample, held: kept } = await exploring(consumer(orders.right), nodes, { crash, at })

    expect(counterExample?.breach.said).toBeUndefined()
    expect(kept).toBe(1)
  })
})
