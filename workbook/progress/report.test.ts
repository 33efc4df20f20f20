/** The report: what it says, in both languages, in columns that stand. */
import { stripVTControlCharacters, styleText } from 'node:util'
import stringWidth from 'fast-string-width'
import { describe, expect, test } from 'vitest'
import { lookupIn, type Selection, type TaskOutline } from '../registry/lookup.ts'
import { tasks as registryTasks } from '../registry/registry.ts'
import { type FoldInput, foldProgress } from './fold.ts'
import { nextStep } from './next-step.ts'
import { type Paint, progressData, progressSchema, selectionLines, weekLines } from './report.ts'
import { course, evidenceOf, failed, filesOf, hash, july, passed, run, topology } from './test-course.ts'

function fold(input: Partial<FoldInput> = {}) {
  return foldProgress({ tasks: course, evidence: evidenceOf(), files: new Map(), ticks: new Set(), ...input })
}

const figures = [{ name: 'kills', value: 1, unit: 'SIGKILL' }]
const subjects = { [topology]: hash(1) }
const checked = run('mq-01', [{ ...passed('mq-01.1', 'check'), figures }, failed('mq-01.2', 'check')], {
  subjects,
})
const someDone = {
  evidence: evidenceOf(checked),
  files: filesOf({ [topology]: [1, 10] }),
  ticks: new Set(['mq-01.3']),
}
const someStale = { ...someDone, files: filesOf({ [topology]: [2, 21] }) }

function select(word: string): Exclude<Selection<TaskOutline>, { kind: 'unknown' }> {
  const selection = lookupIn(course).selectTarget(word)
  if (selection.kind === 'unknown') throw new Error(word)
  return selection
}

describe('the week', () => {
  test('is a table of the parts, the sums and one next step', () => {
    expect(weekLines(fold(someStale), { lang: 'en' })).toEqual([
      '                    verified  claimed  stale  open',
      'mq      ░░░░░░░░░░         0        1      1     3   of 5     stale: mq-01.1 (topology.ts changed on 21 July)',
      'review  ░░░░░░░░░░         0        0      0     8   of 8',
      'final   ░░░░░░░░░░         0        0      0     8   of 8',
      'week 7   0 of 21 verified · 1 claimed · engine runs: embedded 1, local 0, docker 0',
      '',
      'Next: npm run check mq-01   (1 stale item)',
    ])
  })

  test('says the same in Vietnamese', () => {
    const lines = weekLines(fold(someStale), { lang: 'vi' })
    expect(lines[0]).toBe('                    đã kiểm chứng  tự đánh dấu  đã cũ  chưa làm')
    expect(lines.join('\n')).toContain('đã cũ: mq-01.1 (topology.ts sửa ngày 21/7)')
    expect(lines.at(-1)).toBe('Tiếp theo: npm run check mq-01   (1 mục đã cũ)')
  })

  test.each(['en', 'vi'] as const)('has columns that stand, and fits a terminal (%s)', (lang) => {
    const whole = fold({ ...someStale, tasks: registryTasks })
    for (const width of [110, 80, 60]) {
      const [header = '', ...lines] = weekLines(whole, { lang, width })
      const rows = lines.filter((line) => /^(?:study|design|mq|failure|consistency|review|final) /.test(line))
      expect(rows).toHaveLength(7)
      for (const row of rows) expect(row.slice(header.length)).toMatch(/^ {3}(?:of|trên) \d+(?: {5}\S.*)?$/)
      const table = lines.slice(0, -3)
      expect(Math.max(...table.map((line) => stringWidth(line)))).toBeLessThanOrEqual(Math.max(width, 68))
    }
  })

  test('paints nothing by itself, and through the function it is given', () => {
    const plain = weekLines(fold(someStale), { lang: 'en' }).join('\n')
    const paint: Paint = (format, text) => styleText(format, text, { validateStream: false })
    const painted = weekLines(fold(someStale), { lang: 'en', paint }).join('\n')
    expect(plain).not.toContain('\u001B')
    expect(painted).toContain(paint('yellow', 'stale: mq-01.1 (topology.ts changed on 21 July)'))
    expect(stripVTControlCharacters(painted)).toBe(plain)
  })

  test('has bars that are full only at the end and empty only at the start', () => {
    const bars = (done: number) => {
      const items = Array.from({ length: 30 }, (_, index) => ({
        id: `mq-01.${index + 1}`,
        text: { en: 'a', vi: 'b' },
        evidence: ['check'],
      }))
      const tasks = course.slice(0, 1).map((task) => ({ ...task, items }))
      const evidence = evidenceOf(
        run(
          'mq-01',
          items.slice(0, done).map(({ id }) => passed(id, 'check')),
        ),
      )
      return /[█░]+/.exec(weekLines(fold({ tasks, evidence }), { lang: 'en' })[1] ?? '')?.[0]
    }
    expect([0, 1, 15, 29, 30].map(bars)).toEqual([
      '░░░░░░░░░░',
      '█░░░░░░░░░',
      '█████░░░░░',
      '█████████░',
      '██████████',
    ])
  })
})

describe('one task', () => {
  test('has its items with the evidence of each', () => {
    expect(selectionLines(fold(someDone), select('mq-01'), { lang: 'en' })).toEqual([
      'mq-01  Title of mq-01   exercises/mq/mq-01',
      '',
      '✓ mq-01.1  Promise 1 of mq-01',
      '           topology.ts · 2026-07-19 · embedded RabbitMQ 4.2.0 · seed 7',
      '           kills 1 SIGKILL',
      '· mq-01.2  Promise 2 of mq-01',
      '           failed on 19 July: It was lost.',
      '○ mq-01.3  Promise 3 of mq-01',
      '           ticked by hand, without a proof',
      '',
      'Next: npm run exercise mq-01   (Title of mq-01)',
    ])
  })

  test('may be one item, a planned section or a part', () => {
    expect(selectionLines(fold(someStale), select('mq-01.1'), { lang: 'vi' })).toContain(
      '           topology.ts sửa ngày 21/7',
    )
    expect(selectionLines(fold(), select('mq-02'), { lang: 'en' })).toContain(
      'mq-02  Title of mq-02   not written yet',
    )
    expect(selectionLines(fold(someDone), select('mq'), { lang: 'en' }).slice(1, 3)).toEqual([
      'mq-01  ███░░░░░░░         1        1      0     1   of 3',
      'mq-02  ░░░░░░░░░░         0        0      0     2   of 2',
    ])
  })

  test('says what a computed item is folded from', () => {
    const lines = selectionLines(fold(someDone), select('final'), { lang: 'en' }).join('\n')
    expect(lines).toMatch(/final\.3 .*\n\s+1 of 5 items that it is folded from/)
    expect(lines).toMatch(/final\.8 .*\n\s+needs a part that is not written yet/)
  })
})

describe('the report for machines', () => {
  test('says what the report says, and outlives JSON', () => {
    const data = progressData(fold(someStale))
    expect(progressSchema.parse(JSON.parse(JSON.stringify(data)))).toEqual(JSON.parse(JSON.stringify(data)))
    expect(data.week).toEqual({ verified: 0, claimed: 1, stale: 1, open: 19, total: 21 })
    expect(data.tasks[0]?.items[0]).toMatchObject({
      id: 'mq-01.1',
      state: 'stale',
      changed: { file: topology, when: july(21).toISOString() },
    })
    expect(data.next.command).toBe('npm run check mq-01')
  })

  test('holds all of the registry', () => {
    const data = progressData(fold({ tasks: registryTasks }))
    expect(data.tasks.flatMap(({ items }) => items)).toHaveLength(387)
    expect(data.parts.map(({ id }) => id)).toEqual([
      'study',
      'design',
      'mq',
      'failure',
      'consistency',
      'review',
      'final',
    ])
  })
})

describe('the next step', () => {
  const [first, , , reflection] = course
  const tasks = [first, reflection].flatMap((task) => task ?? [])
  const mq = run('mq-01', [
    passed('mq-01.1', 'check'),
    passed('mq-01.2', 'check'),
    passed('mq-01.3', 'document'),
  ])
  const written = run('review-07', [
    passed('review-07.1', 'document'),
    passed('review-07.3', 'check', 'document'),
  ])
  const commandOf = (input: Partial<FoldInput>) => nextStep(fold(input)).command

  test('is the first task on the path that has something to prove', () => {
    expect(commandOf({ tasks })).toBe('npm run exercise mq-01')
    expect(commandOf({ tasks: tasks.map((task, index) => ({ ...task, path: 2 - index })) })).toBe(
      'npm run exercise review-07',
    )
    expect(commandOf({ tasks, evidence: evidenceOf(mq) })).toBe('npm run exercise review-07')
  })

  test.each([
    ['question', 'quiz'],
    ['measure', 'measure'],
    ['rubric', 'exercise'],
  ])('leads to where a %s is answered', (kind, command) => {
    const [task] = tasks
    const other =
      task === undefined
        ? []
        : [{ ...task, items: task.items.map((item) => ({ ...item, evidence: [kind] })) }]
    expect(commandOf({ tasks: other })).toBe(`npm run ${command} mq-01`)
  })

  test('asks for ratings last, then for proofs of what is only claimed', () => {
    const evidence = evidenceOf(mq, written)
    expect(nextStep(fold({ tasks, evidence })).said.en).toBe(
      'tick review-07.2 in CHECKLIST.md, which only you can know',
    )
    const rest = {
      tasks,
      evidence: evidenceOf(written),
      ticks: new Set(['review-07.2', 'mq-01.1', 'mq-01.2', 'mq-01.3']),
    }
    expect(nextStep(fold(rest))).toMatchObject({
      said: { en: '3 items are ticked by hand and can be proven' },
      command: 'npm run check mq-01',
    })
  })

  test('ends with what is left', () => {
    const done = { evidence: evidenceOf(mq, written), ticks: new Set(['review-07.2']) }
    expect(nextStep(fold({ tasks, ...done })).said.en).toBe('every item is done')
    const planned = course.filter(({ id }) => id === 'mq-02')
    expect(nextStep(fold({ tasks: planned })).said.en).toBe(
      'everything that is written is done; 2 items wait for what is not written yet',
    )
  })
})
