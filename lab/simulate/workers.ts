/**
 * Messages that arrive at random and consumers that take their time at random: how long a message waits, and whether the queue
 * comes to an end. An M/M/c queue played by its events; the same seed plays the same run. Every figure from it is a simulation's.
 */
import type { Random } from '../subject/world.ts'

export interface WorkersOptions {
  readonly perSecond: number
  readonly perConsumerPerSecond: number
  readonly consumers: number
  /** How many messages are played. */
  readonly messages: number
}

export interface WorkersSeen {
  /** Share of messages that had to wait. */
  readonly waitedShare: number
  readonly p99WaitMs: number
  /** Mean wait of the last tenth over that of the second tenth: well above 1, it grows without end. */
  readonly growth: number
  /** Messages that had arrived and not begun when the last one arrived. */
  readonly waitingAtTheEnd: number
}

/** Plays it: whoever is free first takes the next message. */
export function simulateWorkers(random: Pick<Random, 'next'>, options: WorkersOptions): WorkersSeen {
  const { perSecond, perConsumerPerSecond, consumers, messages } = options
  const span = (rate: number): number => (-Math.log(1 - random.next()) / rate) * 1000
  const freeAt = new Array<number>(consumers).fill(0)
  const waits: number[] = []
  const begins: number[] = []
  let now = 0
  for (let nth = 0; nth < messages; nth += 1) {
    now += span(perSecond)
    let first = 0
    for (let at = 1; at < consumers; at += 1) if ((freeAt[at] ?? 0) < (freeAt[first] ?? 0)) first = at
    const begin = Math.max(now, freeAt[first] ?? 0)
    freeAt[first] = begin + span(perConsumerPerSecond)
    waits.push(begin - now)
    begins.push(begin)
  }
  const tenth = Math.floor(messages / 10)
  // A wait of a tenth of a millisecond more or less is no growth.
  const early = Math.max(0.1, mean(waits.slice(tenth, 2 * tenth)))
  const sorted = waits.toSorted((a, b) => a - b)
  return {
    waitedShare: waits.filter((wait) => wait > 0).length / messages,
    p99WaitMs: sorted[Math.floor(0.99 * (messages - 1))] ?? 0,
    growth: mean(waits.slice(-tenth)) / early,
    waitingAtTheEnd: begins.filter((begin) => begin > now).length,
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
