/** The explorer over small subjects of its own: what it finds, what it clears, and that it finds the same again. */
import { describe, expect, test } from 'vitest'
import { broken } from '../kit/promise.ts'
import { RunContext } from '../kit/run-context.ts'
import { layOutTask } from '../kit/test-tasks.ts'
import { sleepMs } from '../kit/waiting.ts'
import type { Exploration } from './exploration.ts'
import { showMoment } from './moment.ts'
import { type Booked, consumer, exploration, exploring, orders } from './test-consumers.ts'

describe('the explorer', () => {
  test('clears a subject that keeps its promise at every moment', async () => {
    const {
      counterExample,
      causes,
      played,
      held: kept,
      moments,
    } = await exploring(consumer(orders.right), { messages: 1 })

    expect(counterExample?.breach.said.en).toBeUndefined()
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

  test('clears it when the broker is killed instead, and the consumer is started again', async () => {
    // A sample: the references of the tasks are cleared at every moment (`npm run test:soak explore`).
    const { counterExample, held: kept } = await exploring(consumer(orders.right), {
      crash: 'broker',
      messages: 1,
      schedules: 8,
    })

    expect(counterExample?.breach.said.en).toBeUndefined()
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
