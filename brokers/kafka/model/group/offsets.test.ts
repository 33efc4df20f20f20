/** A group's offsets: what a transaction commits is hidden until it ends, and the later commit counts. */
import { expect, test } from 'vitest'
import { GroupOffsets } from './offsets.ts'

const committed = (offset: number) => ({
  offset,
  leaderEpoch: -1,
  metadata: '',
  committedAtMs: 0,
  expiresAtMs: undefined,
})
const pending = (producerId: number, offset: number, topic = 't') => ({
  producerId,
  producerEpoch: 0,
  topic,
  partition: 0,
  committed: committed(offset),
})

test('a transaction shows what it committed when it is committed, and nothing when it is aborted', () => {
  const offsets = new GroupOffsets()
  offsets.commitPending(pending(1, 5))
  expect([offsets.get('t', 0), offsets.isPending('t', 0)]).toEqual([undefined, true])
  offsets.end({ producerId: 1, isCommit: true })
  expect([offsets.get('t', 0)?.offset, offsets.isPending('t', 0)]).toEqual([5, false])
  offsets.commitPending(pending(1, 9))
  offsets.end({ producerId: 1, isCommit: false })
  expect([offsets.get('t', 0)?.offset, offsets.isPending('t', 0)]).toEqual([5, false])
})

test('of two commits the one that came later counts, whichever was shown first', () => {
  const offsets = new GroupOffsets()
  offsets.commitPending(pending(1, 5))
  offsets.commit('t', 0, committed(11))
  offsets.commitPending(pending(2, 7))
  offsets.end({ producerId: 1, isCommit: true })
  expect(offsets.get('t', 0)?.offset).toBe(11)
  offsets.end({ producerId: 2, isCommit: true })
  expect(offsets.get('t', 0)?.offset).toBe(7)
})

test('the end of one transaction leaves the others open', () => {
  const offsets = new GroupOffsets()
  offsets.commitPending(pending(1, 5))
  offsets.commitPending(pending(2, 6, 'other'))
  offsets.end({ producerId: 1, isCommit: true })
  expect(offsets.isOpen({ producerId: 2, producerEpoch: 0 })).toBe(true)
  expect(offsets.isOpen({ producerId: 2, producerEpoch: 1 })).toBe(false)
  expect(offsets.pending()).toEqual([pending(2, 6, 'other')])
  offsets.forgetTopic('other')
  offsets.end({ producerId: 2, isCommit: true })
  expect(offsets.all().map(({ topic }) => topic)).toEqual(['t'])
})
