import { afterEach, expect, test, vi } from 'vitest'
import { MemoryAlarm } from './memory-alarm.ts'

let usedBytes = 0
let ends = 0
const newAlarm = () => new MemoryAlarm({ usedBytes: () => usedBytes, onEnd: () => ends++ })

afterEach(() => {
  vi.useRealTimers()
  usedBytes = 0
  ends = 0
})

test('it is raised while more is used than may be, and looks again every second', () => {
  vi.useFakeTimers()
  const alarm = newAlarm()
  alarm.setHighWatermark(100)
  expect(alarm.isRaised).toBe(false)
  usedBytes = 101
  vi.advanceTimersByTime(1_000)
  expect(alarm.isRaised).toBe(true)
  usedBytes = 100
  vi.advanceTimersByTime(999)
  expect(alarm.isRaised).toBe(true)
  vi.advanceTimersByTime(1)
  expect([alarm.isRaised, ends]).toEqual([false, 1])
})

test('a new watermark counts at once', () => {
  const alarm = newAlarm()
  usedBytes = 100
  alarm.setHighWatermark(1)
  expect(alarm.isRaised).toBe(true)
  alarm.setHighWatermark(undefined)
  expect([alarm.isRaised, ends]).toEqual([false, 1])
})

test('it is over once it is neither raised by hand nor by itself', () => {
  const alarm = newAlarm()
  usedBytes = 100
  alarm.force(true)
  alarm.setHighWatermark(1)
  alarm.force(false)
  expect([alarm.isRaised, ends]).toEqual([true, 0])
  alarm.setHighWatermark(200)
  expect([alarm.isRaised, ends]).toEqual([false, 1])
  alarm.stop()
})
