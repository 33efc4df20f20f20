/** What happens in the background, on a clock that is moved by hand. */
import { expect, test } from 'vitest'
import { createClock, frozenTime } from '../../clock.ts'
import { encodeBatch } from '../wire/record-batch.ts'
import { BrokerConfig } from './broker-config.ts'
import { Maintenance } from './maintenance.ts'
import { liveSettings } from './settings.ts'
import { Topic } from './topic.ts'
import { TopicConfig } from './topic-config.ts'

const DAY = 86_400_000

function world(config: Record<string, string> = {}, brokerConfig: Record<string, string> = {}) {
  const clock = createClock(frozenTime(1000 * DAY))
  const topic = new Topic('t', 'id', new TopicConfig(Object.entries(config)))
  topic.addPartition([0])
  const broker = new BrokerConfig(brokerConfig)
  const maintenance = new Maintenance(() => [topic], { clock, settings: liveSettings(broker) })
  const [partition] = topic.partitions
  if (partition === undefined) throw new Error('a topic without partitions')
  const append = (fields: Parameters<typeof encodeBatch>[1] = {}, key = 'k') =>
    partition.append(
      encodeBatch([{ key: Buffer.from(key), value: Buffer.from('v') }], {
        baseTimestamp: clock.now(),
        ...fields,
      }),
      { acks: -1, nowMs: clock.now() },
    ).baseOffset
  return { broker, clock, partition, maintenance, append }
}

test('retention is looked after every five minutes', () => {
  const { clock, partition, append } = world({ 'retention.ms': '1000' })
  append()
  clock.elapse(299_999)
  expect(partition.log.startOffset).toBe(0)
  clock.elapse(1)
  expect(partition.log.startOffset).toBe(1)
})

test('how often retention is looked after is a setting', () => {
  const { clock, partition, append } = world(
    { 'retention.ms': '1000' },
    { 'log.retention.check.interval.ms': '2000' },
  )
  append()
  clock.elapse(1_999)
  expect(partition.log.startOffset).toBe(0)
  clock.elapse(1)
  expect(partition.log.startOffset).toBe(1)
})

test('a silent producer is forgotten after as long as the setting says at that time', () => {
  const { broker, clock, partition, append } = world()
  append({ producerId: 1, producerEpoch: 0, baseSequence: 0 })
  clock.elapse(600_000)
  expect(partition.leader.producers.has(1)).toBe(true)
  broker.setDynamic(undefined, new Map([['producer.id.expiration.ms', '1000']]))
  clock.elapse(600_000)
  expect(partition.leader.producers.has(1)).toBe(false)
})

test('without a cleaner nothing is compacted in the background', () => {
  const { clock, partition, maintenance, append } = world(
    { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0' },
    { 'log.cleaner.enable': 'false' },
  )
  for (let count = 0; count < 10; count++) append()
  partition.log.roll()
  clock.elapse(60_000)
  maintenance.finish()
  expect(partition.log.read({ offset: 0, endOffset: 10, bytesMax: 10_000, evenOne: true })).toHaveLength(10)
})

test('what is dirty enough is compacted within fifteen seconds, step by step, and ends when asked to', () => {
  const { clock, partition, maintenance, append } = world({ 'cleanup.policy': 'compact' })
  for (let count = 0; count < 10; count++) append()
  partition.log.roll()
  clock.elapse(15_000)
  maintenance.finish()
  expect([...partition.log.walk(0)]).toHaveLength(1)
})

test('a cleaning goes on by itself between the turns of others', async () => {
  const { clock, partition, append } = world({ 'cleanup.policy': 'compact' })
  for (let count = 0; count < 10; count++) append()
  partition.log.roll()
  clock.elapse(15_000)
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  expect([...partition.log.walk(0)]).toHaveLength(1)
})

test('a producer is known for a day after its last batch, and then may begin anywhere', () => {
  const { clock, append } = world()
  const batch = (baseSequence: number) => ({ producerId: 7, producerEpoch: 0, baseSequence })
  append(batch(0))
  clock.elapse(DAY - 600_000)
  expect(() => append(batch(5))).toThrow('sent sequence 5 where 1 comes next')
  clock.elapse(600_000)
  expect(append(batch(5))).toBe(1)
})
