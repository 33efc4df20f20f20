/** Drawings as people write them are read; what is no drawing is none. */
import { describe, expect, test } from 'vitest'
import { readFlowchart } from './flowchart.ts'

const drawn = (...lines: readonly string[]) =>
  readFlowchart(['# Page', '', '```mermaid', 'flowchart LR', ...lines, '```', '', 'a --> z'].join('\n'))

const arrows = (...lines: readonly string[]) =>
  drawn(...lines)?.arrows.map(({ from, to, label }) =>
    label === '' ? `${from} > ${to}` : `${from} >${label}> ${to}`,
  )

test('a page without a drawing has none', () => {
  expect(readFlowchart('# Page\n\n```mermaid\nsequenceDiagram\na->>b: hi\n```\n')).toBeUndefined()
  expect(readFlowchart('flowchart LR\na --> b')).toBeUndefined()
})

describe('arrows', () => {
  test.each([
    [['a --> b'], ['a > b']],
    [['a-->b'], ['a > b']],
    [['a --> b --> c'], ['a > b', 'b > c']],
    [['a & b --> c & d'], ['a > c', 'a > d', 'b > c', 'b > d']],
    [['a -- payment.captured --> b'], ['a >payment.captured> b']],
    [['a -- "payment.*" --> b'], ['a >payment.*> b']],
    [['a -->|payment.captured| b'], ['a >payment.captured> b']],
    [['a -. dies .-> b'], ['a >dies> b']],
    [['a -.-> b'], ['a > b']],
    [['a ==> b'], ['a > b']],
    [['a["payments"] --> b[("wallet.bookings")]'], ['payments > wallet.bookings']],
    [['a["payments<br/>topic"] --> b'], ['payments topic > b']],
    [['payments --> wallet.bookings'], ['payments > wallet.bookings']],
    [['a --> b; b --> c'], ['a > b', 'b > c']],
    [['subgraph wallet', '  a --> b', 'end', '%% a --> c', 'classDef red fill:#f00'], ['a > b']],
    [
      ['a(["x"]) --> b{{"y"}}', 'b --> a'],
      ['x > y', 'y > x'],
    ],
  ])('%j', (lines, expected) => {
    expect(arrows(...lines)).toEqual(expected)
  })
})

test('a node alone counts, and the drawing knows its line', () => {
  const chart = drawn('lonely["wallet.dlq"]', 'a --> b')
  expect(chart?.nodes).toEqual(['wallet.dlq', 'a', 'b'])
  expect(chart?.line).toBe(3)
})
