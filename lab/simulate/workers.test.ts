/** The simulated consumers against what queueing theory says of an M/M/c queue. */
import { describe, expect, it } from 'vitest'
import { makeRandom } from '../actors/random.ts'
import { simulateWorkers } from './workers.ts'

/** Probability that a message has to wait (Erlang C). */
function erlangC(load: number, consumers: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; k < consumers; k += 1) {
    term *= load / k
    sum += term
  }
  const last = ((term * load) / consumers) * (consumers / (consumers - load))
  return last / (sum + last)
}

const at = (consumers: number, messages = 100_000) =>
  simulateWorkers(makeRandom(11), { perSecond: 1000, perConsumerPerSecond: 100, consumers, messages })

describe('1,000 messages a second, 100 a second for each consumer', () => {
  it.each([12, 13, 15])('makes as many wait with %i consumers as theory says', (consumers) => {
    expect(at(consumers).waitedShare).toBeCloseTo(erlangC(10, consumers), 1)
    expect(at(consumers).waitingAtTheEnd).toBeLessThan(100)
  })

  it('never comes to an end with nine, and gets no rest with ten', () => {
    expect(at(9).waitingAtTheEnd).toBeGreaterThan(5000)
    expect(at(9).growth).toBeGreaterThan(3)
    expect(at(10).p99WaitMs).toBeGreaterThan(10 * at(13).p99WaitMs)
  })

  it('is the same for the same seed', () => {
    expect(at(13, 5000)).toEqual(at(13, 5000))
  })
})
