/** How a trace looks as lanes: arrows, moments inside a lane, and columns that stay columns. */
import stringWidth from 'fast-string-width'
import { describe, expect, test } from 'vitest'
import { drawLanes } from './lanes.ts'
import { text } from './language.ts'
import type { TraceStep } from './verdict.ts'

const step = (
  atMs: number,
  from: TraceStep['from'],
  to: TraceStep['to'],
  what: string,
  more: Partial<TraceStep> = {},
) => ({ atMs, from, ...(to === undefined ? {} : { to }), what, ...more }) satisfies TraceStep

/** The display columns at which a character stands in a line. */
function columnsOf(line: string, character: string): number[] {
  return [...line].flatMap((each, index, all) =>
    each === character ? [stringWidth(all.slice(0, index).join(''))] : [],
  )
}

test('draws arrows both ways and moments inside a lane, each below its actor', () => {
  const trace = [
    step(0, 'producer', 'broker', 'basic.publish', { message: '…a3f' }),
    step(1, 'broker', 'producer', 'basic.ack'),
    step(2, 'broker', 'consumer', 'basic.deliver', { message: '…a3f' }),
    step(3, 'consumer', 'broker', 'basic.ack', { note: text('acknowledged here …', 'ack ở đây …') }),
    step(4, 'consumer', undefined, 'killed (SIGKILL)'),
    step(5, 'broker', undefined, 'started again'),
    step(6, 'producer', 'consumer', 'connection.close'),
  ]

  expect(drawLanes(trace, 'en')).toEqual([
    'producer            broker              consumer',
    '│ publish …a3f ───► │                   │',
    '│ ◄──────────── ack │                   │',
    '│                   │ deliver …a3f ───► │',
    '│                   │ ◄──────────── ack │   acknowledged here …',
    '│                   │                   ✕ killed (SIGKILL)',
    '│                   • started again     │',
    '│ close ──────────────────────────────► │',
  ])
  expect(drawLanes(trace, 'vi')[4]).toBe('│                   │ ◄──────────── ack │   ack ở đây …')
})

test('shows the lanes that occur, in one order, whoever acts first', () => {
  const trace = [step(0, 'lab', 'broker', 'basic.publish'), step(1, 'database', undefined, 'commit')]

  expect(drawLanes(trace, 'en')).toEqual([
    'broker              database            lab',
    '│ ◄──────────────────────────── publish │',
    '│                   • commit            │',
  ])
})

describe('columns stay below each other', () => {
  test('when a label needs more than a column', () => {
    const trace = [
      step(0, 'producer', 'broker', 'protocol-header'),
      step(1, 'broker', 'consumer', 'AddPartitionsToTxn', { message: '…a3f' }),
      step(2, 'broker', undefined, 'leader election finished', { message: '…a3f' }),
    ]

    const lines = drawLanes(trace, 'en')

    const second = stringWidth(lines[0]?.slice(0, lines[0].indexOf('broker')) ?? '')
    expect(lines).toHaveLength(4)
    expect(columnsOf(lines[1] ?? '', '│')[1]).toBe(second)
    expect(columnsOf(lines[2] ?? '', '│')[1]).toBe(second)
    expect(columnsOf(lines[3] ?? '', '•')).toEqual([second])
    for (const line of lines.slice(1)) expect(columnsOf(line, '│').at(-1)).toBe(2 * second)
  })

  test('under double-width and combining characters', () => {
    const decomposed = 'thanh toán ệ'.normalize('NFD')
    const trace = [
      step(0, 'producer', 'broker', '支払い'),
      step(1, 'producer', 'broker', decomposed),
      step(2, 'producer', undefined, '処理中'),
      step(3, 'producer', 'broker', 'plain'),
    ]

    const lines = drawLanes(trace, 'en').slice(1)

    for (const line of lines) expect(columnsOf(line, '│').at(-1)).toBe(20)
  })
})

describe('length', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => step(index, 'producer', 'broker', `publish-${index + 1}`))

  test('keeps fourteen steps whole', () => {
    expect(drawLanes(many(14), 'en')).toHaveLength(15)
    expect(drawLanes(many(14), 'en').join('\n')).not.toContain('left out')
  })

  test('cuts more than fourteen in the middle, and says so in both languages', () => {
    const lines = drawLanes(many(40), 'en')

    expect(lines).toHaveLength(1 + 7 + 1 + 7)
    expect(lines[7]).toContain('publish-7 ')
    expect(lines[8]).toBe('  … the steps in between are left out')
    expect(lines[9]).toContain('publish-34 ')
    expect(lines.at(-1)).toContain('publish-40 ')
    expect(drawLanes(many(40), 'vi')[8]).toBe('  … lược các bước ở giữa')
  })
})
