/** CHECKLIST.md: what is printed, and that a tick by hand comes back from every page. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Language } from '#lab/verdict'
import { tasks as registryTasks } from '../registry/registry.ts'
import { printChecklist, printedLines, printPristine } from './checklist.ts'
import { evidenceKindSchema, mergeRun, type TaskEvidence } from './evidence.ts'
import { type FoldInput, foldProgress } from './fold.ts'
import { course, evidenceOf, filesOf, hash, passed, run, topology } from './test-course.ts'
import { readTicks } from './ticks.ts'

const proven = evidenceOf(run('mq-01', [passed('mq-01.1', 'check')], { subjects: { [topology]: hash(1) } }))
const unchanged = filesOf({ [topology]: [1, 10] })
const edited = filesOf({ [topology]: [2, 21] })

function page(input: Partial<FoldInput>, lang: Language = 'en') {
  return printChecklist(
    foldProgress({ tasks: course, evidence: evidenceOf(), files: new Map(), ticks: new Set(), ...input }),
    lang,
  )
}

function lineOf(id: string, input: Partial<FoldInput>, lang: Language = 'en') {
  return page(input, lang)
    .split('\n')
    .find((line) => line.includes(`**${id}**`))
}

const read = (markdown: string) => readTicks(markdown, course, printedLines(course))

describe('a line', () => {
  test.each([
    ['open', {}, '- [ ] **mq-01.1** Promise 1 of mq-01'],
    ['ticked by hand', { ticks: new Set(['mq-01.1']) }, '- [x] **mq-01.1** Promise 1 of mq-01'],
    [
      'proven',
      { evidence: proven, files: unchanged },
      '- [x] **mq-01.1** Promise 1 of mq-01 ✓ embedded · RabbitMQ 4.2.0 · 2026-07-19 · seed 7',
    ],
    [
      'ticked by hand and proven',
      { evidence: proven, files: unchanged, ticks: new Set(['mq-01.1']) },
      '- [x] **mq-01.1** Promise 1 of mq-01 ✓ embedded · RabbitMQ 4.2.0 · 2026-07-19 · seed 7 · ticked by hand',
    ],
    [
      'stale',
      { evidence: proven, files: edited },
      '- [ ] **mq-01.1** Promise 1 of mq-01 ↻ stale since 2026-07-21: topology.ts',
    ],
    [
      'ticked by hand and stale',
      { evidence: proven, files: edited, ticks: new Set(['mq-01.1']) },
      '- [x] **mq-01.1** Promise 1 of mq-01 ↻ stale since 2026-07-21: topology.ts',
    ],
    [
      'stale for a file that is gone',
      { evidence: proven },
      '- [ ] **mq-01.1** Promise 1 of mq-01 ↻ stale: topology.ts is gone',
    ],
  ] as const)('that is %s', (_state, input, line) => {
    expect(lineOf('mq-01.1', input)).toBe(line)
  })

  test('says the same in Vietnamese', () => {
    const both = { evidence: proven, files: unchanged, ticks: new Set(['mq-01.1']) }
    expect(lineOf('mq-01.1', both, 'vi')).toBe(
      '- [x] **mq-01.1** Điều 1 của mq-01 được giữ ✓ embedded · RabbitMQ 4.2.0 · 2026-07-19 · seed 7 · tự đánh dấu',
    )
    expect(lineOf('mq-01.1', { evidence: proven, files: edited }, 'vi')).toBe(
      '- [ ] **mq-01.1** Điều 1 của mq-01 được giữ ↻ đã cũ từ 2026-07-21: topology.ts',
    )
  })

  test('names the kind of proof where no broker took part, and the items it is computed from', () => {
    const alone = run('review-07', [
      passed('review-07.1', 'document'),
      passed('review-07.3', 'check', 'document'),
    ])
    const evidence = evidenceOf({ ...alone, circumstances: { ...alone.circumstances, servers: [] } })
    const ticks = new Set(['review-07.2'])
    expect(lineOf('review-07.1', { evidence })).toBe(
      '- [x] **review-07.1** Promise 1 of review-07 ✓ document · 2026-07-19',
    )
    expect(lineOf('final.7', { evidence, ticks })).toBe(
      '- [x] **final.7** Promise 7 of final ✓ computed · 3 of 3 items · 2026-07-19',
    )
    expect(read(page({ evidence, ticks }))).toMatchObject({ ticks, foreign: [], unknown: [] })
  })
})

describe('a page', () => {
  test('says how to print it in the other language, and which sections are not written yet', () => {
    expect(page({})).toContain('npm run progress lang=vi')
    expect(page({})).toContain('### mq-02 · Title of mq-02 (not written yet)\n')
    expect(page({}, 'vi')).toContain('### mq-02 · Tên của mq-02 (chưa viết)\n')
    expect(page({})).toContain('### mq-01 · [Title of mq-01](exercises/mq/mq-01/)\n')
  })

  test('has each item of the registry once, in its order', () => {
    for (const lang of ['en', 'vi'] as const) {
      const ids = [...printPristine(registryTasks, lang).matchAll(/^- \[ \] \*\*(.+?)\*\* \S/gm)].map(
        ([, id]) => id,
      )
      expect(ids).toEqual(registryTasks.flatMap((task) => task.items.map(({ id }) => id)))
    }
  })

  test('is understood as it was printed, whole and in its language', () => {
    for (const lang of ['en', 'vi'] as const) {
      const lines = printedLines(registryTasks)
      expect(readTicks(printPristine(registryTasks, lang), registryTasks, lines)).toEqual({
        ticks: new Set(),
        unknown: [],
        foreign: [],
        lang,
      })
    }
  })
})

test('knows the heading of a section that was not written yet when the page was printed', () => {
  const earlier = course.map((task) => ({ ...task, state: 'planned' as const }))
  expect(read(printPristine(earlier, 'en')).foreign).toEqual([])
})

describe('a tick is read', () => {
  test.each([
    ['- [x] **mq-01.1** Promise 1 of mq-01'],
    ['- [X] **mq-01.1** Promise 1 of mq-01'],
    ['* [x] **mq-01.1** Promise 1 of mq-01'],
    ['+ [x] **mq-01.1** Promise 1 of mq-01'],
    ['- [ x ] **mq-01.1** Promise 1 of mq-01'],
    ['- [x ] **mq-01.1** Promise 1 of mq-01   '],
    ['  - [x] **mq-01.1** Promise 1 of mq-01'],
    ['\t* [x]   **mq-01.1**   Promise 1 of mq-01'],
    ['> - [x] **mq-01.1** Promise 1 of mq-01'],
    ['-[x] __mq-01.1__ Promise 1 of mq-01'],
    ['[x] mq-01.1 Promise 1 of mq-01'],
    ['- [x] **MQ-01.1** Promise 1 of mq-01'],
    ['- [x] **mq\\-01.1** Promise 1 of mq\\-01'],
    ['- [✓] **mq-01.1** Promise 1 of mq-01'],
    ['\uFEFF- [x] **mq-01.1** Promise 1 of mq-01'],
    ['- [x] **mq-01.1** Promise 1 of mq-01\r\n- [ ] **mq-01.2** Promise 2 of mq-01\r\n'],
    ['- [ ] **mq-01.1** Promise 1 of mq-01\n- [x] **mq-01.1** Promise 1 of mq-01'],
    ['- [x] **mq-01.1** Promise 1 of mq-01\n- [ ] **mq-01.1** Promise 1 of mq-01'],
    ['- [x] **mq-01.1** Điều 1 của mq-01 được giữ'.normalize('NFD')],
    ['- [x] **mq-01.1** Promise 1 of mq-01 ↻ stale since 2026-07-21: topology.ts'],
    ['- [x] **mq-01.1** Promise 1 of mq-01 ✓ embedded · 2026-07-19 · seed 7 · ticked by hand'],
    ['- [x] **mq-01.1** Promise 1 of mq-01 ✓ embedded · 2026-07-19 · seed 7 · tự đánh dấu'.normalize('NFD')],
    ['- [x] **mq-01.1** Promise 1 of mq-01 ✓ embedded · 2026-07-19\n  · seed 7 · ticked by hand'],
  ])('from %j', (markdown) => {
    expect(read(markdown)).toMatchObject({ ticks: new Set(['mq-01.1']), foreign: [], unknown: [] })
  })

  test.each([
    ['- [ ] **mq-01.1** Promise 1 of mq-01'],
    ['- [] **mq-01.1** Promise 1 of mq-01'],
    ['- [ ] **mq-01.1** Promise 1 of mq-01 ✓ embedded · 2026-07-19 · seed 7 · ticked by hand'],
    ['- [x] **mq-01.1** Promise 1 of mq-01 ✓ embedded · 2026-07-19 · seed 7'],
    ['- [x] **mq-01.1** Promise 1 of mq-01 ✓ embedded ·\n  2026-07-19 · seed 7'],
    ['- [x] **mq-01.1** Promise 1 of mq-01 ✓ câu hỏi · 2026-07-19'],
  ])('from no %j', (markdown) => {
    expect(read(markdown)).toMatchObject({ ticks: new Set(), foreign: [], unknown: [] })
  })

  test('also beside words that someone added, and those are reported', () => {
    for (const added of [' — with Hà on Monday', ' ✓ done with Hà', '\n  see my notes']) {
      const markdown = `- [x] **mq-01.1** Promise 1 of mq-01${added}`
      expect(read(markdown)).toMatchObject({ ticks: new Set(['mq-01.1']) })
      expect(read(markdown).foreign).toHaveLength(1)
    }
    const proof = '- [x] **mq-01.1** Promise 1 of mq-01 ✓ embedded · 2026-07-19 · seed 7'
    expect(read(`${proof} and a half`)).toMatchObject({ ticks: new Set(), foreign: [`${proof} and a half`] })
  })

  test('of an id that no item has is reported, and so is every other line that is not ours', () => {
    const markdown =
      '<<<<<<< HEAD\n- [x] **mq-01.9** Gone\n- [ ] **mq-77.1** Never\n- [x] something of mine\n# My heading\n'
    expect(read(markdown)).toEqual({
      ticks: new Set(),
      unknown: ['mq-01.9', 'mq-77.1'],
      foreign: ['<<<<<<< HEAD', '- [x] something of mine', '# My heading'],
    })
  })
})

describe('ticks by hand', () => {
  const items = course.flatMap((task) => task.items.map((item) => ({ task, item })))
  const languages = fc.constantFrom<Language>('en', 'vi')

  /** Any evidence and any state of the files, item by item. */
  const anyState = fc
    .tuple(
      fc.array(fc.constantFrom('none', 'proven', 'stale', 'failed'), {
        minLength: items.length,
        maxLength: items.length,
      }),
      fc.boolean(),
    )
    .map(([states, hasServer]) => {
      const tasks = new Map<string, TaskEvidence>()
      items.forEach(({ task, item }, index) => {
        const state = states[index]
        if (state === undefined || state === 'none') return
        const subjects = { [`${item.id}.ts`]: hash(1) }
        const outcome = state === 'failed' ? 'failed' : 'passed'
        const before = tasks.get(task.id) ?? { version: 1, task: task.id, runs: {}, items: {} }
        const kinds = item.evidence.map((kind) => evidenceKindSchema.parse(kind))
        const one = run(task.id, [{ item: item.id, outcome, kinds }], { subjects })
        tasks.set(
          task.id,
          mergeRun(before, {
            ...one,
            circumstances: { ...one.circumstances, servers: hasServer ? ['Apache Kafka 4.3.1'] : [] },
          }),
        )
      })
      const files = filesOf(
        Object.fromEntries(
          items.map(({ item }, index) => [`${item.id}.ts`, [states[index] === 'stale' ? 2 : 1, 21] as const]),
        ),
      )
      return { evidence: { tasks }, files }
    })
  const anyTicks = fc.subarray(items.map(({ item }) => item.id)).map((ids) => new Set(ids))

  test('survive any number of prints, whatever becomes of the proofs and the language', () => {
    fc.assert(
      fc.property(
        anyTicks,
        fc.array(fc.tuple(anyState, languages), { minLength: 1, maxLength: 4 }),
        (ticks, prints) => {
          let known: ReadonlySet<string> = ticks
          for (const [{ evidence, files }, lang] of prints) {
            const markdown = page({ evidence, files, ticks: known }, lang)
            const again = read(markdown)
            expect(again).toEqual({ ticks, unknown: [], foreign: [], lang })
            expect(page({ evidence, files, ticks: again.ticks }, lang)).toBe(markdown)
            known = again.ticks
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  test('survive other ends of lines, spaces, bullets, and any order of the lines', () => {
    fc.assert(
      fc.property(
        anyTicks,
        anyState,
        languages,
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom('-', '*', '+', '  -'),
        fc.integer(),
        (ticks, state, lang, end, bullet, turn) => {
          const lines = page({ ...state, ticks }, lang).split('\n')
          const at = Math.abs(turn) % lines.length
          const moved = [...lines.slice(at), ...lines.slice(0, at)].map((line) =>
            line.replace(/^-/, bullet).replace('[x]', turn % 2 === 0 ? '[X]' : '[x]'),
          )
          expect(read(`\uFEFF${moved.join(end)}`)).toMatchObject({ ticks })
        },
      ),
      { numRuns: 100 },
    )
  })

  test('are never more than the boxes that are ticked', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            '- [',
            'x',
            ' ',
            ']',
            '**',
            'mq-01.1',
            '✓',
            'embedded',
            '·',
            '\n',
            'ticked by hand',
            'a',
          ),
        }),
        (markdown) => {
          const { ticks } = read(markdown)
          expect([...ticks].every((id) => id === 'mq-01.1')).toBe(true)
          if (!/\[\s*[xX✓]/.test(markdown)) expect(ticks.size).toBe(0)
        },
      ),
      { numRuns: 300 },
    )
  })
})
