/** What each exchange type sends where (rabbitmq.md 2.4). */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FieldTable } from '../../wire/field-table.ts'
import type { Binding } from '../binding.ts'
import { Exchange, type ExchangeType } from './exchange.ts'
import { checkHeadersArguments } from './headers.ts'

function exchangeOf(type: ExchangeType) {
  const exchange = new Exchange({
    name: 'x',
    type,
    isDurable: true,
    isAutoDelete: false,
    isInternal: false,
    arguments: {},
  })
  let count = 0
  return {
    exchange,
    bind(routingKey: string, args: FieldTable = {}): Binding {
      const destination = {
        kind: 'queue',
        name: `${++count}`,
        isDurable: true,
      } as unknown as Binding['destination']
      const binding: Binding = { source: exchange, destination, routingKey, arguments: args }
      exchange.bind(binding)
      return binding
    },
    matches(routingKey: string, headers: FieldTable = {}): boolean {
      let isMatched = false
      exchange.router.route(routingKey, headers, () => {
        isMatched = true
      })
      return isMatched
    },
  }
}

describe('topic', () => {
  test.each([
    ['#', '', true],
    ['', '', true],
    ['*', '', false],
    ['a.*', 'a.', true],
    ['*.*', '.a', true],
    ['a.*.c', 'a..c', true],
    ['a.#', 'a', true],
    ['a.#', 'a.b.c', true],
    ['#.c', 'a.b.c', true],
    ['#.b.#', 'a.b.c', true],
    ['#.x.#', 'a.b.c', false],
    ['a.*', 'a.b.c', false],
    ['a.*.#', 'a', false],
    ['a.b', 'a.b', true],
    ['a.b', 'a.c', false],
    ['#.#', 'a', true],
  ])('pattern %j and key %j: %s', (pattern, key, isMatched) => {
    const { bind, matches } = exchangeOf('topic')
    bind(pattern)
    expect(matches(key)).toBe(isMatched)
  })

  test('any pattern matches what a plain reading of the rule matches', () => {
    const word = fc.constantFrom('a', 'b', '')
    const keys = fc.array(word, { maxLength: 4 }).map((words) => words.join('.'))
    const patterns = fc
      .array(fc.oneof(word, fc.constantFrom('*', '#')), { maxLength: 4 })
      .map((words) => words.join('.'))
    fc.assert(
      fc.property(patterns, keys, (pattern, key) => {
        const { bind, matches } = exchangeOf('topic')
        bind(pattern)
        expect(matches(key)).toBe(isMatch(split(pattern), split(key)))
      }),
      { numRuns: 500 },
    )
  })

  test('a removed binding no longer matches, and its neighbours still do', () => {
    const { exchange, bind, matches } = exchangeOf('topic')
    const binding = bind('a.b.c')
    bind('a.b')
    exchange.unbind(binding)
    expect([matches('a.b.c'), matches('a.b')]).toEqual([false, true])
  })
})

const split = (key: string) => (key === '' ? [] : key.split('.'))

/** The rule itself, word by word. */
function isMatch(pattern: readonly string[], key: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return key.length === 0
  if (first === '#') return isMatch(rest, key) || (key.length > 0 && isMatch(pattern, key.slice(1)))
  return key.length > 0 && (first === '*' || first === key[0]) && isMatch(rest, key.slice(1))
}

describe('headers', () => {
  test.each<[string, FieldTable, FieldTable, boolean]>([
    ['all is the default', { a: 1, b: 2 }, { a: 1 }, false],
    ['all needs every pair', { a: 1, b: 2 }, { a: 1, b: 2, c: 3 }, true],
    ['all with no pairs matches everything', { 'x-match': 'all' }, {}, true],
    ['any needs one pair', { 'x-match': 'any', a: 1, b: 2 }, { b: 2 }, true],
    ['any with no pairs matches nothing', { 'x-match': 'any' }, { a: 1 }, false],
    ['x- keys are ignored', { 'x-match': 'all', 'x-a': 1, b: 2 }, { b: 2 }, true],
    ['x- keys count with all-with-x', { 'x-match': 'all-with-x', 'x-a': 1 }, {}, false],
    ['null asks that the header exists', { a: null }, { a: 'anything' }, true],
    ['null is not matched by a missing header', { a: null }, {}, false],
    ['text is not a number', { a: 1 }, { a: '1' }, false],
  ])('%s', (_name, args, headers, isMatched) => {
    const { bind, matches } = exchangeOf('headers')
    bind('', args)
    expect(matches('', headers)).toBe(isMatched)
  })

  test('an x-match that is none of the four is refused', () => {
    expect(() => checkHeadersArguments({ 'x-match': 'foo' })).toThrow(
      'Invalid x-match field value <<"foo">>; expected all, any, all-with-x, or any-with-x',
    )
  })
})

describe('direct and fanout', () => {
  test('direct follows the same key only', () => {
    const { bind, matches } = exchangeOf('direct')
    bind('a')
    expect([matches('a'), matches('b')]).toEqual([true, false])
  })

  test('fanout follows every binding', () => {
    const { bind, matches } = exchangeOf('fanout')
    bind('a')
    expect(matches('whatever')).toBe(true)
  })
})
