import { expect, test } from 'vitest'
import { createClock, frozenTime, systemTime } from './clock.ts'

test('elapse fires what falls due, in order of due time, and shows each timer its own time', () => {
  const clock = createClock(frozenTime(1000))
  const fired: [string, number][] = []
  clock.at(1300, () => fired.push(['late', clock.now()]))
  clock.at(1100, () => fired.push(['early', clock.now()]))
  clock.at(1100, () => fired.push(['early, set later', clock.now()]))
  clock.at(9000, () => fired.push(['never', clock.now()]))

  clock.elapse(500)

  expect(fired).toEqual([
    ['early', 1100],
    ['early, set later', 1100],
    ['late', 1300],
  ])
  expect(clock.now()).toBe(1500)
})

test('a timer that sets another one keeps a chain going within one elapse', () => {
  const clock = createClock(frozenTime(0))
  const fired: number[] = []
  const again = () => {
    fired.push(clock.now())
    clock.at(clock.now() + 100, again)
  }
  clock.at(100, again)

  clock.elapse(350)

  expect(fired).toEqual([100, 200, 300])
})

test('a cancelled timer does not fire', () => {
  const clock = createClock(frozenTime(0))
  let count = 0
  clock.at(10, () => count++).cancel()
  clock.at(10, () => count++)
  clock.elapse(20)
  expect(count).toBe(1)
})

test('a thousand timers in any order fire in order', () => {
  const clock = createClock(frozenTime(0))
  const fired: number[] = []
  for (let index = 0; index < 1000; index++) {
    const at = (index * 7919) % 1000
    clock.at(at, () => fired.push(at))
  }
  clock.elapse(1000)
  expect(fired).toEqual(Array.from({ length: 1000 }, (_, at) => at))
})

test('timers fire by themselves when real time gets there', async () => {
  const clock = createClock(systemTime)
  const began = clock.now()
  const firedAt = await new Promise<number>((resolve) => {
    clock.at(began + 60_000, () => {})
    clock.at(began + 15, () => resolve(clock.now()))
    // Unreferenced timers don't keep a process alive, so this test brings one that does.
    setTimeout(() => {}, 200)
  })
  expect(firedAt - began).toBe(15)
  clock.stop()
})
