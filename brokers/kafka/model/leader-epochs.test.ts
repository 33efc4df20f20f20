/** Leader epochs: where each began and ended, and what truncating at either end leaves of them. */
import { expect, test } from 'vitest'
import { LeaderEpochs } from './leader-epochs.ts'

function epochs(...entries: [epoch: number, startOffset: number][]): LeaderEpochs {
  const made = new LeaderEpochs()
  for (const [epoch, startOffset] of entries) made.begin(epoch, startOffset)
  return made
}

test('an epoch ends where the next begins, the latest where the log does; a gap answers with what lies below', () => {
  const three = epochs([0, 0], [2, 5], [3, 9])
  const ends = [-1, 0, 1, 2, 3, 4].map((epoch) => three.endOf(epoch, 12))
  expect(ends).toEqual([
    { epoch: -1, endOffset: -1 },
    { epoch: 0, endOffset: 5 },
    { epoch: 0, endOffset: 5 },
    { epoch: 2, endOffset: 9 },
    { epoch: 3, endOffset: 12 },
    { epoch: 3, endOffset: 12 },
  ])
  expect(epochs().endOf(0, 5)).toEqual({ epoch: -1, endOffset: -1 })
})

test('an epoch that wrote nothing leaves no trace', () => {
  expect(epochs([0, 0], [1, 5], [2, 5]).all()).toEqual([
    { epoch: 0, startOffset: 0 },
    { epoch: 2, startOffset: 5 },
  ])
  expect(epochs([3, 4], [2, 9]).latest).toBe(3)
})

test('truncating forgets what began behind, moving the start up forgets what ended before', () => {
  const cut = epochs([0, 0], [1, 5], [2, 9])
  cut.truncate(5)
  expect(cut.all()).toEqual([{ epoch: 0, startOffset: 0 }])
  const moved = epochs([0, 0], [1, 5], [2, 9])
  moved.deleteBefore(6)
  expect(moved.all()).toEqual([
    { epoch: 1, startOffset: 6 },
    { epoch: 2, startOffset: 9 },
  ])
})
