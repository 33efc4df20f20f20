/** The three files of the report: the split, every item, and nothing that a browser would take for markup. */
import { describe, expect, it } from 'vitest'
import { foldProgress } from './fold.ts'
import { progressData, progressSchema } from './report.ts'
import { writeReport } from './written-report.ts'

const tasks = [
  {
    id: 'mq-01',
    part: 'mq',
    folder: 'exercises/3-mq/01-x',
    title: { en: 'Set-up <first>', vi: 'Chuẩn bị' },
    state: 'ready' as const,
    files: [],
    items: [
      { id: 'mq-01.1', text: { en: 'A & B survive', vi: 'A và B sống sót' }, evidence: ['check'] },
      { id: 'mq-01.2', text: { en: 'Rated', vi: 'Tự chấm' }, evidence: ['claim'] },
    ],
  },
]
const fold = foldProgress({
  tasks,
  evidence: { tasks: new Map() },
  files: new Map(),
  ticks: new Set(['mq-01.2']),
})
const written = writeReport(progressData(fold), 'en', new Date('2026-07-19T08:00:00Z'))

describe('the written report', () => {
  it('opens with the split of verified and claimed', () => {
    const split = '0 of 2 items verified, 1 claimed, 0 stale, 1 open (2026-07-19)'
    expect(written.markdown).toContain(split)
    expect(written.html).toContain(split)
  })

  it('has every item in each file', () => {
    for (const { id } of tasks.flatMap(({ items }) => items)) {
      expect(written.markdown).toContain(`**${id}**`)
      expect(written.html).toContain(`<b>${id}</b>`)
    }
    expect(progressSchema.parse(JSON.parse(written.json)).week.total).toBe(2)
  })

  it('escapes what a browser would take for markup, and loads nothing', () => {
    expect(written.html).not.toContain('<first>')
    expect(written.html).toContain('A &#38; B survive')
    expect(written.html).not.toMatch(/<script|https?:|@import|url\(/)
  })
})
