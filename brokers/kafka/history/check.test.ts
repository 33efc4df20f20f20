/** The checker on histories written by hand: each anomaly is found where it is, and nowhere else. */
import { describe, expect, test } from 'vitest'
import { check } from './check.ts'
import type {
  End,
  Happening,
  History,
  OffsetCommit,
  OffsetFetch,
  Read,
  SeenRecord,
  Write,
} from './history.ts'

let moment = 0
const now = () => ({ process: 'p', invokedAt: moment++, completedAt: moment++ })

const write = (value: string, offset: number, fields: Partial<Write> = {}): Write => ({
  kind: 'write',
  ...now(),
  partition: 0,
  values: [value],
  isIdempotent: false,
  attempts: 1,
  outcome: 'ok',
  offset,
  ...fields,
})
const end = (transaction: string, isCommit: boolean, fields: Partial<End> = {}): End => ({
  kind: 'end',
  ...now(),
  transaction,
  isCommit,
  outcome: 'ok',
  ...fields,
})
const read = (records: readonly SeenRecord[], upTo: number, fields: Partial<Read> = {}): Read => ({
  kind: 'read',
  ...now(),
  partition: 0,
  isCommitted: false,
  from: 0,
  upTo,
  records,
  isOutOfRange: false,
  ...fields,
})
const commit = (offset: number, fields: Partial<OffsetCommit> = {}): OffsetCommit => ({
  kind: 'offset-commit',
  ...now(),
  group: 'g',
  partition: 0,
  offset,
  outcome: 'ok',
  ...fields,
})
const fetched = (offset: number): OffsetFetch => ({
  kind: 'offset-fetch',
  ...now(),
  group: 'g',
  partition: 0,
  offset,
})
const at = (offset: number, value: string): SeenRecord => ({ offset, value })

/** A history of one partition; `committed` is all that is there unless it is said otherwise. */
const history = (
  operations: readonly Happening[],
  all: readonly SeenRecord[],
  committed: readonly SeenRecord[] = all,
): History => ({ operations, disturbances: [], final: [{ partition: 0, all, committed }] })

const anomaliesOf = (one: History) => check(one).map(({ anomaly }) => anomaly)

describe('writes', () => {
  test('that are there once, where it was said, are right', () => {
    expect(check(history([write('a', 0), write('b', 1)], [at(0, 'a'), at(1, 'b')]))).toEqual([])
  })

  test('that were confirmed and are gone are lost, whether they were read or not', () => {
    expect(anomaliesOf(history([write('a', 0)], []))).toEqual(['lost', 'invisible'])
  })

  test('that nobody knows of may be there or not', () => {
    const unknown = write('a', -1, { outcome: 'unknown' })
    expect(check(history([unknown], []))).toEqual([])
    expect(check(history([unknown], [at(0, 'a')]))).toEqual([])
  })

  test('that were refused for good are not there', () => {
    const refused = write('a', -1, { outcome: 'failed' })
    expect(anomaliesOf(history([refused], [at(0, 'a')]))).toEqual(['failed-write-seen'])
  })

  test('may be there twice if they were sent twice, unless the producer is idempotent', () => {
    const twice = [at(0, 'a'), at(1, 'a')]
    expect(anomaliesOf(history([write('a', 0)], twice))).toEqual(['duplicated'])
    expect(anomaliesOf(history([write('a', 1, { attempts: 2 })], twice))).toEqual([])
    expect(anomaliesOf(history([write('a', 1, { attempts: 2, isIdempotent: true })], twice))).toEqual([
      'duplicated',
    ])
  })

  test('keep the order of their confirmations, not that of what overlapped', () => {
    const final = [at(0, 'b'), at(1, 'a')]
    expect(anomaliesOf(history([write('a', 1), write('b', 0)], final))).toEqual(['reordered'])
    const overlapping = [
      write('a', 1, { invokedAt: 1, completedAt: 4 }),
      write('b', 0, { invokedAt: 2, completedAt: 3 }),
    ]
    expect(check(history(overlapping, final))).toEqual([])
  })

  test('are where the broker said', () => {
    expect(anomaliesOf(history([write('a', 3)], [at(0, 'a')]))).toEqual(['inconsistent-offset'])
  })
})

describe('reads', () => {
  const two = [write('a', 0), write('b', 1)]
  const final = [at(0, 'a'), at(1, 'b')]

  test('of all that is there are right, in pieces too', () => {
    const pieces = [read([at(0, 'a')], 1), read([at(1, 'b')], 2, { from: 1 })]
    expect(check(history([...two, read(final, 2), ...pieces], final))).toEqual([])
  })

  test.each([
    ['phantom', read([at(0, 'a'), at(1, 'b'), at(2, 'x')], 3)],
    ['inconsistent-offset', read([at(0, 'b')], 1, { from: 0 })],
    ['skipped', read([at(0, 'a')], 2)],
    ['non-monotonic', read([at(1, 'b'), at(0, 'a')], 2)],
    ['non-monotonic', read([at(0, 'a')], 2, { from: 1 })],
    ['vanished', read([], 2, { from: 2, isOutOfRange: true })],
  ] as const)('with %s', (anomaly, one) => {
    expect(anomaliesOf(history([...two, one], final))).toContain(anomaly)
  })

  test('of what is gone in the end', () => {
    const unknown = write('a', -1, { outcome: 'unknown' })
    expect(anomaliesOf(history([unknown, read([at(0, 'a')], 1)], []))).toEqual(['vanished'])
  })
})

describe('transactions', () => {
  const inTransaction = { transaction: 't', isIdempotent: true }
  const pair = () => [write('a', 0, inTransaction), write('b', 1, inTransaction)]
  const final = [at(0, 'a'), at(1, 'b')]
  const committedRead = (records: readonly SeenRecord[]) => read(records, 2, { isCommitted: true })

  test('that were committed are seen as a whole, after the commit', () => {
    expect(check(history([...pair(), end('t', true), committedRead(final)], final))).toEqual([])
    expect(anomaliesOf(history([...pair(), end('t', true)], final, [at(0, 'a')]))).toEqual(['invisible'])
    expect(anomaliesOf(history([...pair(), committedRead(final), end('t', true)], final))).toEqual([
      'early-read',
      'early-read',
    ])
  })

  test('that were aborted, left open, or refused are not seen', () => {
    for (const last of [[end('t', false)], [], [end('t', true, { outcome: 'failed' })]]) {
      expect(check(history([...pair(), ...last], final, []))).toEqual([])
      expect(anomaliesOf(history([...pair(), ...last], final))).toEqual(['aborted-read'])
      expect(anomaliesOf(history([...pair(), committedRead([at(0, 'a')]), ...last], final, []))).toEqual([
        'aborted-read',
      ])
    }
  })

  test('whose end nobody knows are seen as a whole or not at all', () => {
    const unknown = [...pair(), end('t', true, { outcome: 'unknown' })]
    expect(check(history(unknown, final, []))).toEqual([])
    expect(check(history(unknown, final))).toEqual([])
    expect(anomaliesOf(history(unknown, final, [at(0, 'a')]))).toEqual(['torn-transaction'])
  })

  test('do not hide what was written outside of them', () => {
    expect(anomaliesOf(history([write('a', 0)], [at(0, 'a')], []))).toEqual(['invisible'])
  })
})

describe("a group's offset", () => {
  const wrong = (...operations: Happening[]) => anomaliesOf(history(operations, []))

  test('is the last that was committed', () => {
    expect(wrong(fetched(-1), commit(1), commit(2), fetched(2))).toEqual([])
    expect(wrong(commit(1), commit(2), fetched(1))).toEqual(['wrong-offset'])
    expect(wrong(commit(1), commit(2, { outcome: 'failed' }), fetched(2))).toEqual(['wrong-offset'])
  })

  test('may be one whose commit nobody knows of', () => {
    const unknown = commit(2, { outcome: 'unknown' })
    expect(wrong(commit(1), unknown, fetched(1), fetched(2))).toEqual([])
    expect(wrong(commit(1), unknown, commit(3), fetched(1))).toEqual(['wrong-offset'])
  })

  test('changes with its transaction', () => {
    const pending = commit(2, { transaction: 't' })
    expect(wrong(commit(1), pending, end('t', true), fetched(2))).toEqual([])
    expect(wrong(commit(1), pending, end('t', false), fetched(2))).toEqual(['wrong-offset'])
  })
})
