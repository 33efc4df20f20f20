/** The explorer over a small consumer of Kafka: at which requests it crashes, what it finds and what it clears. */
import { describe, expect, test } from 'vitest'
import { readMoment, showMoment } from './moment.ts'
import { consumer, exploring, orders } from './test-kafka-consumers.ts'

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

      expect(counterExample?.breach.said.en, showMoment(moment)).toBeUndefined()
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

    expect(counterExample?.breach.said.en).toBeUndefined()
    expect(kept).toBe(1)
  })
})
