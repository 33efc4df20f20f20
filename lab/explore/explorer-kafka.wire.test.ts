/** The explorer over a small consumer of Kafka that loses its connection. Whole explorations: explorer-kafka.whole.test.ts. */
import { expect, test, vi } from 'vitest'
import { readMoment } from './moment.ts'
import { consumer, exploring, orders } from './test-kafka-consumers.ts'

// A member that is gone without a word keeps its partitions for a while.
vi.setConfig({ testTimeout: 120_000 })

test('the explorer, on Kafka, cuts the connection at the commit, and the consumer goes on', async () => {
  const at = [readMoment('before:consumer-broker:OffsetCommit:1')].flatMap((moment) => moment ?? [])
  const { counterExample, held: kept } = await exploring(consumer(orders.right), 1, {
    crash: 'connection',
    at,
  })

  expect(counterExample?.breach.said).toBeUndefined()
  expect(kept).toBe(1)
})
