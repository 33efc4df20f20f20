/** For tests: small consumers of Kafka that book records, right or wrong, and the exploration that crashes them. */
import { RunContext } from '../kit/run-context.ts'
import { layOutTask } from '../kit/test-tasks.ts'
import type { Exploration } from './exploration.ts'
import { type ExploreOptions, explore } from './explorer.ts'
import { type Booked, bookedBy, bookedOnce } from './test-consumers.ts'

/** A consumer that books each record and commits its offset; `order` says how. */
export const consumer = (order: string) => `
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
export const orders = {
  right: 'if (isKnown.get(id) === undefined) book(); await commit()',
  commitsFirst: 'await commit(); book()',
}

const explorationOn = (kafka: 1 | 3): Exploration<Booked> => ({
  brokers: { kafka },
  messages: 1,
  promise: bookedOnce('mq-07.9', 'produce'),
  play: async ({ lab, history, messages, supervise, comesTrue }) => {
    const [topic, group] = [lab.name('work'), lab.name('group')]
    await lab.kafka.observer.createTopic(topic)
    const subject = await supervise('consumer.ts', 'consumer')
    for (let nth = 1; nth <= messages; nth += 1) {
      const message = `m${nth}`
      const producing = history.invoke({ by: 'lab', what: 'produce', message })
      await lab.kafka.observer.produce(topic, [{ value: message, headers: { id: message } }])
      producing.ok()
    }
    const isDone = () =>
      lab.kafka.lag(group, topic).then(
        (lag) => lag === 0,
        () => false,
      )
    if (!(await comesTrue(isDone)))
      await lab.until({ en: 'it was never done', vi: 'mãi không xong' }, isDone, { withinMs: 0 })
    const booked = await bookedBy(subject, comesTrue)
    await subject.stop()
    return { operations: history.operations, booked }
  },
})

export const exploring = (source: string, kafka: 1 | 3, options: Partial<ExploreOptions> = {}) =>
  explore({
    taskFolder: layOutTask({ 'consumer.ts': source }),
    exploration: explorationOn(kafka) as Exploration,
    run: new RunContext(),
    crash: 'subject',
    ...options,
  })
