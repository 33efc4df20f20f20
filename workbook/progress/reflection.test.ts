/** What `npm run reflect` fills in, and that it touches nothing else. */
import { describe, expect, it } from 'vitest'
import type { Proof, TaskEvidence } from './evidence.ts'
import { foldProgress } from './fold.ts'
import { type Fills, fillReflection, fillsFrom } from './reflection.ts'

const page = '# R\n\n## Three things I learned\n\n> Which?\n\nmine\n\n## Mức tự tin\n\n> Mấy điểm?\n'
const fills: Fills = {
  learned: [{ en: 'mq-03.4 failed twice', vi: 'mq-03.4 hỏng hai lần' }],
  confidence: [{ en: '7', vi: '7 điểm' }],
  goals: [],
}

describe('fillReflection', () => {
  it('puts lines behind the questions, before what was written', () => {
    const { page: filled, filled: count } = fillReflection(page, fills, 'en')
    expect(filled).toContain('> Which?\n> · mq-03.4 failed twice\n\nmine\n')
    expect(filled).toContain('> Mấy điểm?\n> · 7\n')
    expect(count).toBe(2)
  })

  it('renews its own lines and leaves all others, however often it runs', () => {
    const once = fillReflection(page, fills, 'en').page
    expect(fillReflection(once, fills, 'en').page).toBe(once)
    expect(fillReflection(once, {}, 'en').page).toBe(page)
  })

  it('keeps the line ends of Windows', () => {
    const { page: filled } = fillReflection(page.replaceAll('\n', '\r\n'), fills, 'vi')
    expect(filled).toContain('> · mq-03.4 hỏng hai lần\r\n')
    expect(filled.replaceAll('\r\n', '')).not.toContain('\n')
  })

  it('leaves a page alone that has none of the sections', () => {
    expect(fillReflection('# Mine\n\nwords\n', fills, 'en')).toEqual({ page: '# Mine\n\nwords\n', filled: 0 })
  })
})

describe('fillsFrom', () => {
  it('has nothing to say without evidence', () => {
    const fold = foldProgress({
      tasks: [],
      evidence: { tasks: new Map() },
      files: new Map(),
      ticks: new Set(),
    })
    const empty = fillsFrom({
      fold,
      evidence: { tasks: new Map() },
      missed: [],
      figures: [],
      confidence: undefined,
    })
    expect(Object.values(empty).flat()).toEqual([])
  })

  it('tells what failed before it held, and what was missed', () => {
    const circumstances: Proof['circumstances'] = { engine: 'embedded', servers: [], seed: 1, node: 'v24' }
    const seen: Omit<Proof, 'outcome'> = {
      kind: 'check',
      when: '2026-07-19T08:00:00.000Z',
      circumstances,
      subjects: {},
      figures: [],
    }
    const entry = (outcome: 'passed' | 'failed') =>
      ({ when: seen.when, kind: 'check', outcome, engine: 'embedded', seed: 1 }) as const
    const said = { en: 'acknowledged, never booked', vi: 'đã ack, chưa ghi sổ' }
    const evidence = {
      tasks: new Map<string, TaskEvidence>([
        [
          'mq-03',
          {
            version: 1 as const,
            task: 'mq-03',
            runs: {},
            items: {
              'mq-03.4': {
                proofs: { check: { outcome: 'passed' as const, ...seen } },
                failures: { check: { outcome: 'failed' as const, ...seen, said } },
                history: [entry('failed'), entry('failed'), entry('passed')],
              },
              'mq-03.5': {
                proofs: { check: { outcome: 'passed' as const, ...seen } },
                failures: {},
                history: [entry('passed')],
              },
            },
          },
        ],
      ]),
    }
    const fold = foldProgress({ tasks: [], evidence, files: new Map(), ticks: new Set() })
    const fills = fillsFrom({
      fold,
      evidence,
      missed: [{ key: 'study-12/short-memory', wrong: 2 }],
      figures: [],
      confidence: undefined,
    })
    expect(fills.learned?.map(({ en }) => en)).toEqual([
      'mq-03.4 failed 2 times before it held, the last time: acknowledged, never booked',
    ])
    expect(fills.confusing?.[0]?.en).toContain('study-12/short-memory')
    expect(fills.weeks?.[0]?.en).toContain('2026-07-19')
  })
})
