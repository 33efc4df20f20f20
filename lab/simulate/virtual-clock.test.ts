/** The virtual clock: it jumps to whoever wakes first, and gives everybody the time they asked for. */
import { expect, it } from 'vitest'
import { ClockStandsStill, VirtualClock } from './virtual-clock.ts'

it('wakes sleepers in the order of their times, each at its own time, without waiting', async () => {
  const clock = new VirtualClock(1000)
  const woken: string[] = []
  const sleeper = async (name: string, ...spans: readonly number[]) => {
    for (const ms of spans) {
      await clock.sleep(ms)
      woken.push(`${name} at ${clock.now()}`)
    }
  }

  await clock.until(Promise.all([sleeper('a', 3_600_000), sleeper('b', 10, 10), sleeper('c', 20)]))

  expect(woken).toEqual(['b at 1010', 'c at 1020', 'b at 1020', 'a at 3601000'])
  expect(clock.slept).toEqual([3_600_000, 10, 20, 10])
})

it('answers what the work answers, and passes its error on', async () => {
  const clock = new VirtualClock(0)
  await expect(clock.until(Promise.resolve(7))).resolves.toBe(7)
  await expect(clock.until(clock.sleep(5).then(() => Promise.reject(new Error('no'))))).rejects.toThrow('no')
})

it('refuses what is no span of time, and gives up a sleep that is aborted', async () => {
  const clock = new VirtualClock(0)
  await expect(clock.sleep(Number.POSITIVE_INFINITY)).rejects.toThrow(/cannot sleep/)
  await expect(clock.sleep(-1)).rejects.toThrow(/cannot sleep/)
  const controller = new AbortController()
  const sleeping = clock.sleep(100, controller.signal)
  controller.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
})

it('lets so much time pass as it is told, and wakes whoever is due on the way', async () => {
  const clock = new VirtualClock(0)
  const woken: number[] = []
  const ticking = async () => {
    for (;;) {
      await clock.sleep(30)
      woken.push(clock.now())
    }
  }
  void ticking()
  await clock.advance(100)
  expect([woken, clock.now()]).toEqual([[30, 60, 90], 100])
})

it('gives up where nobody sleeps by it and the work does not end', async () => {
  const clock = new VirtualClock(0)
  await expect(clock.until(new Promise(() => {}))).rejects.toThrow(ClockStandsStill)
})
