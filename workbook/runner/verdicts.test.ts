/** One verdict per item, whatever became of the tests. */
import { describe, expect, test } from 'vitest'
import type { Verdict } from '#lab/verdict'
import type { Item } from '../registry/registry.ts'
import { root } from '../root.ts'
import type { ReportedTest, RunReport } from './report.ts'
import { assembleVerdicts, itemOf, withTypeCheck } from './verdicts.ts'

const folder = `${root}/exercises/3-mq/01-greeting`
const path = `${folder}/mq-01.check.test.ts`
const items: readonly Item[] = [1, 2, 3].map((number) => ({
  id: `mq-01.${number}`,
  text: { en: `item ${number}`, vi: `mục ${number}` },
  evidence: ['check'],
}))

describe('verdicts', () => {
  test('of the kit stand as they are, in the order of the items', () => {
    const told = [passed('mq-01.2'), passed('mq-01.1'), passed('mq-01.3')]

    const verdicts = assemble({ tests: told.map((verdict) => reported(verdict.item, { verdict })) })

    expect(verdicts.map(({ item, outcome }) => [item, outcome])).toEqual([
      ['mq-01.1', 'passed'],
      ['mq-01.2', 'passed'],
      ['mq-01.3', 'passed'],
    ])
    expect(verdicts[1]).toBe(told[0])
  })

  test('fail an item that no test spoke for', () => {
    expect(said(assemble({ tests: [] })[0])).toBe('No test spoke for mq-01.1, so it was not proven.')
  })

  test('fail a test that passed without a verdict, or was skipped', () => {
    const verdicts = assemble({
      tests: [reported('mq-01.1', { state: 'passed' }), reported('mq-01.2', { state: 'skipped' })],
    })

    expect(said(verdicts[0])).toBe('The test ended without a verdict, so nothing was proven.')
    expect(said(verdicts[1])).toBe('The test was skipped, so nothing was proven.')
  })

  test('do not believe a kit that says "passed" of a test that failed afterwards', () => {
    const error = { message: 'clean-up failed', stack: '' }

    const [verdict] = assemble({
      tests: [reported('mq-01.1', { verdict: passed('mq-01.1'), state: 'failed', errors: [error] })],
    })

    expect(said(verdict)).toBe('The check ended with an error: clean-up failed.')
  })

  test('take the worse of two tests for one item', () => {
    const tests = [
      reported('mq-01.1', { verdict: passed('mq-01.1') }),
      reported('mq-01.1', { verdict: failed('mq-01.1') }),
    ]

    expect(assemble({ tests })[0]?.outcome).toBe('failed')
  })

  test('name file and line of an error in the subject', () => {
    const stack = `Error: boom\n    at greet (file://${folder}/greeting.ts:7:9)\n    at file://${path}?vitest=1:2:3`

    const [verdict] = assemble({
      tests: [reported('mq-01.1', { state: 'failed', errors: [{ message: 'boom', stack }] })],
    })

    expect(said(verdict)).toBe('Your code threw an error: boom.')
    expect(placesOf(verdict)).toEqual([{ file: 'exercises/3-mq/01-greeting/greeting.ts', line: 7 }])
  })

  test('put a syntax error, an exit and a time-out into words', () => {
    const syntax = `file://${folder}/greeting.ts:2\n  const x = ;\n            ^\n\nSyntaxError [ERR_INVALID_TYPESCRIPT_SYNTAX]: Expression expected`
    const errors = [
      { message: 'Expression expected', stack: syntax },
      { message: 'process.exit unexpectedly called with "3" (test file: x)', stack: '' },
      { message: 'Test timed out in 9000ms.\nIf this is …', stack: '' },
    ]

    const verdicts = assemble({
      tests: errors.map((error, index) =>
        reported(`mq-01.${index + 1}`, { state: 'failed', errors: [error] }),
      ),
    })

    expect(said(verdicts[0])).toBe("Node can't load the file: Expression expected.")
    expect(placesOf(verdicts[0])).toEqual([{ file: 'exercises/3-mq/01-greeting/greeting.ts', line: 2 }])
    expect(said(verdicts[1])).toContain('process.exit(3)')
    expect(said(verdicts[2])).toContain('Nothing came within 9 s')
  })

  test('of a worker that died stand at the first test it left behind; the rest wait', () => {
    const tests = [
      reported('mq-01.1', { verdict: passed('mq-01.1') }),
      reported('mq-01.2', { state: 'pending' }),
      reported('mq-01.3', { state: 'pending' }),
    ]

    const verdicts = assemble({
      tests,
      strays: [{ message: '[vitest-pool]: Worker forks emitted error.', stack: '' }],
    })

    expect(verdicts[0]?.outcome).toBe('passed')
    expect(said(verdicts[1])).toBe('The process that ran your code ended while this was being judged.')
    expect(said(verdicts[2])).toBe('Not judged: the run ended at mq-01.2.')
  })

  test('that arrived before the worker died count', () => {
    const tests = [reported('mq-01.1', { state: 'pending' })]
    const streamed = [failed('mq-01.1')]

    const [verdict] = assemble({
      tests,
      streamed,
      strays: [{ message: '[vitest-pool]: Worker forks emitted error.', stack: '' }],
    })

    expect(verdict).toBe(streamed[0])
  })

  test('of the others name the item at which a watchdog ended the run', () => {
    const tests = items.map(({ id }) => reported(id, { state: 'pending' }))

    const verdicts = assemble({
      tests,
      streamed: [failed('mq-01.2')],
      strays: [{ message: '[vitest-pool]: …', stack: '' }],
    })

    expect(verdicts.map(said)).toEqual([
      'Not judged: the run ended at mq-01.2.',
      'broken',
      'Not judged: the run ended at mq-01.2.',
    ])
  })

  test('say when the time was up', () => {
    const tests = [reported('mq-01.1', { state: 'pending' })]

    const [verdict] = assemble({
      tests,
      strays: [{ message: '[vitest-pool]: …', stack: '' }],
      deadlineMs: 60_000,
    })

    expect(said(verdict)).toContain('Not done after 60 s')
  })

  test('judge nothing when the time was up on a computer that did much else', () => {
    const verdicts = assemble({
      tests: [reported('mq-01.1', { state: 'pending' })],
      strays: [{ message: '[vitest-pool]: …', stack: '' }],
      deadlineMs: 240_000,
      isBusy: true,
    })

    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['inconclusive', 'inconclusive', 'inconclusive'])
  })

  test('judge nothing when the process that was to run the code never came up', () => {
    const verdicts = assemble({
      tests: [],
      strays: [{ message: '[vitest-pool]: Failed to start forks worker for test files x.', stack: '' }],
    })

    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['inconclusive', 'inconclusive', 'inconclusive'])
  })

  test('are spoilt by a rejection that nobody awaits, in the test where it happened', () => {
    const tests = items.map(({ id }) => reported(id, { verdict: passed(id) }))

    const verdicts = assemble({
      tests,
      strays: [{ message: 'lost', stack: '', path, testName: 'mq-01.2 second' }],
    })

    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['passed', 'failed', 'passed'])
    expect(said(verdicts[1])).toBe('A promise was rejected that nobody awaits: lost.')
  })

  test('of every item tell the error that stopped the file', () => {
    const errors = [{ message: 'x', stack: `file://${folder}/greeting.ts:1\nSyntaxError: no such export` }]

    expect(assemble({ tests: [], errors }).map(said)).toEqual(
      Array(3).fill("Node can't load the file: no such export."),
    )
  })

  test('that passed fail for the types; what failed keeps its own reason', () => {
    const own = failed('mq-01.2')
    const problem = { file: `${folder}/greeting.ts`, line: 4, code: 'TS2322', message: 'Type mismatch.' }

    const verdicts = withTypeCheck(
      [passed('mq-01.1'), own],
      { problems: [problem, problem] },
      () => 'greeting.ts',
    )

    expect(said(verdicts[0])).toBe('The type check refuses it: Type mismatch. (1 more)')
    expect(placesOf(verdicts[0])).toEqual([{ file: 'greeting.ts', line: 4 }])
    expect(verdicts[1]).toBe(own)
  })

  test.each([
    ['mq-01.5 a claim', 'mq-01.5'],
    ['final.10 a claim', 'final.10'],
    ['mq-01.55 a claim', 'mq-01.55'],
    ['a claim about mq-01.5', undefined],
  ])('read the item of "%s"', (name, item) => expect(itemOf(name)).toBe(item))
})

function assemble(
  run: Partial<RunReport> & {
    tests: readonly ReportedTest[]
    errors?: RunReport['modules'][number]['errors']
  },
): Verdict[] {
  const { tests, errors = [], ...rest } = run
  return [
    ...assembleVerdicts(
      { items, folder, testFiles: [path] },
      { modules: [{ path, tests, errors }], strays: [], streamed: [], ...rest },
    ).verdicts,
  ]
}

function reported(item: string, more: Partial<ReportedTest>): ReportedTest {
  return { name: `${item} a claim`, state: 'passed', ms: 1, errors: [], ...more }
}

function passed(item: string): Verdict {
  return { outcome: 'passed', item, promise: { en: 'kept', vi: 'giữ' }, ms: 1, figures: [] }
}

function failed(item: string): Verdict {
  const breach = { said: { en: 'broken', vi: 'vỡ' }, trace: [], places: [], messages: [] }
  return { outcome: 'failed', item, promise: { en: 'kept', vi: 'giữ' }, ms: 1, breach }
}

function said(verdict: Verdict | undefined): string | undefined {
  return verdict?.outcome === 'failed' ? verdict.breach.said.en : undefined
}

function placesOf(verdict: Verdict | undefined) {
  return verdict?.outcome === 'failed' ? verdict.breach.places : undefined
}
