/** The explorer over a small subject of its own: one crash, played until it breaks. Whole explorations: explorer.whole.test.ts. */
import { describe, expect, test } from 'vitest'
import { broken } from '../kit/promise.ts'
import { sleepMs } from '../kit/waiting.ts'
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

  test('crashes at the commit that it names, however many others commit meanwhile', async () => {
    const { play, ...rest } = exploration()
    // A second consumer, which stands by and has committed its schema before the first one books.
    const two: Exploration<Booked> = {
      ...rest,
      play: (stage) =>
        play({
          ...stage,
          supervise: async (file, lane) => {
            const first = await stage.supervise(file, lane)
            await stage.supervise(file, 'producer')
            return first
          },
        }),
    }
    const at = [{ side: 'after', from: 'consumer', to: 'database', what: 'commit', nth: 2 }] as const
    const { counterExample } = await exploring(consumer(orders.booksTwice), {
      messages: 1,
      exploration: two as Exploration,
      at,
    })

    expect(counterExample?.breach.said.en).toContain('m1')
    const told = counterExample?.breach.trace.map(({ what }) => what) ?? []
    expect(told.indexOf('killed')).toBeGreaterThan(told.indexOf('basic.deliver'))
    expect(told).toContain('basic.deliver')
  })

  test('lets time go by only behind a crash that has begun, however long the killing takes', async () => {
    const { play, promise, ...rest } = exploration()
    const told: string[] = []
    let judged = 0
    const hurried: Exploration<Booked> = {
      ...rest,
      promise: {
        ...promise,
        judge: (seen) => (++judged < 2 ? promise.judge(seen) : broken({ en: 'told', vi: 'kể' })),
      },
      async play(stage) {
        const { lab } = stage
        const kill = lab.killSubject.bind(lab)
        lab.killSubject = async (actor) => {
          await sleepMs(300)
          told.push('killed')
          await kill(actor)
        }
        return await play({
          ...stage,
          comesTrue: async (fact) => {
            const came = await stage.comesTrue(fact)
            await stage.elapse(1)
            told.push('later')
            return came
          },
        })
      },
    }
    // The broker has handled the ack, so the message is gone, and whoever sent it still dies.
    const at = [{ side: 'after', from: 'consumer', to: 'broker', what: 'basic.ack', nth: 1 }] as const
    await exploring(consumer(orders.right), { messages: 1, exploration: hurried as Exploration, at })

    expect(told).toEqual(['later', 'later', 'killed', 'later', 'later'])
  })
})
