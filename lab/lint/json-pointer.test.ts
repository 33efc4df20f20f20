/** A pointer finds what RFC 6901 says, and what is changed through one is a copy. */
import { expect, test } from 'vitest'
import { below, objectsIn, valueAt, without, withValue } from './json-pointer.ts'

// The example of RFC 6901, section 5.
const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'k"l': 6, ' ': 7, 'm~n': 8 }

test.each([
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/k"l', 6],
  ['/ ', 7],
  ['/m~0n', 8],
  ['/nothing/there', undefined],
])('%s', (pointer, expected) => {
  expect(valueAt(document, pointer)).toEqual(expected)
})

test('a step is escaped so that it is found again', () => {
  expect(valueAt({ x: { 'a/b~c': 1 } }, below('/x', 'a/b~c'))).toBe(1)
})

test('changes are made to a copy, and only where there is such a place', () => {
  const value = { data: { amount: 1 } }

  expect(withValue(value, '/data/amount', 2)).toEqual({ data: { amount: 2 } })
  expect(without(value, '/data/amount')).toEqual({ data: {} })
  expect(withValue(value, '/none/amount', 2)).toEqual(value)
  expect(value).toEqual({ data: { amount: 1 } })
})

test('objects are found at every level, lists are none', () => {
  expect(objectsIn({ a: { b: { c: 1 } }, d: [{ e: 1 }], f: null })).toEqual(['/a', '/a/b'])
})
