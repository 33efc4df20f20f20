/** The explorer over a small subject of its own: one crash, played until it breaks. Whole explorations: explorer.whole.test.ts. */
import { describe, expect, test } from 'vitest'
import { broken } from '../kit/promise.ts'
import type { Exploration } from './exploration.ts'
import { type Booked, consumer, exploration, exploring, orders } from './test-consumers.ts'

describe('the explorer', () => {
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
})
