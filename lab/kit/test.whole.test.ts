/** Checks as a learner runs them: one verdict for each test, whoever threw what, and the same words in vitest's output. */
import { relative } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from './subject-under-test.ts'
import { type CheckedTest, kit, runChecks } from './test-checks.ts'

const subject = `
export const answers = async () => 'ok'
export const todo = async () => { throw new Error('TODO: do it') }
export const careless = async () => { void Promise.reject(new Error('lost')) }
export const boom = () => { throw new Error('boom') }
`

const checks = `
import { documentTest } from '${kit('document-test.ts')}'
import { broken, held, witness } from '${kit('promise.ts')}'
import { test } from '${kit('test.ts')}'

const text = (en) => ({ en, vi: en + ' (vi)' })
const promised = (item, judge) => ({ item, text: text('it is kept'), judge })
const load = (lab, ...names) => lab.subject.load('a.ts', names)

test('mq-07.1 it is kept', promised('mq-07.1', () => held(witness('calls', 1, text('one call')))), async (lab) => {
  const { answers } = await load(lab, 'answers')
  await answers()
})
test('mq-07.2 it is kept', promised('mq-07.2', () => broken(text('it was lost'), { at: [{ file: 'a.ts', near: ['answers'] }] })), async () => {})
test('mq-07.3 it is kept', promised('mq-07.3', () => held()), async (lab) => (await load(lab, 'todo')).todo())
test('mq-07.4 it is kept', promised('mq-07.4', () => held(witness('calls', 0))), async () => {})
test('mq-07.5 it is kept', promised('mq-07.5', () => held(witness('calls', 1))), async () => { undefined.defect })
test('mq-07.6 it is kept', promised('mq-07.6', () => held(witness('calls', 1))), async (lab) => (await load(lab, 'careless')).careless())
test('mq-07.7 it is kept', promised('mq-07.7', () => held(witness('calls', 1))), async (lab) => {
  const { careless } = await load(lab, 'careless')
  await careless()
  await lab.until(text('nothing came'), () => false, { withinMs: 50 })
})
test('mq-07.8 it is kept', promised('mq-07.8', () => held(witness('calls', 1))), async (lab) => (await import(lab.subject.path('a.ts'))).boom())
test('mq-07.9 it is kept', promised('mq-07.9', () => held(witness('calls', 1))), async (lab) => { lab.needs('tls') })
const sections = [{ heading: text('Notes'), ask: text('say it'), wordsMin: 3 }, { heading: text('More'), ask: text('say more'), wordsMin: 3 }]
documentTest('mq-07.10 it is kept', promised('mq-07.10'), { file: 'NOTES.md', sections })
documentTest('mq-07.11 it is kept', promised('mq-07.11'), { file: 'MISSING.md', sections })
documentTest('mq-07.12 it is kept', promised('mq-07.12'), { file: 'NOTES.md', sections: sections.slice(0, 1) })
`

/** What a verdict says, in short. */
function saidBy({ verdict }: CheckedTest): string {
  switch (verdict?.outcome) {
    case 'passed':
      return 'passed'
    case 'failed':
      return `failed: ${verdict.breach.said.en}`
    case 'inconclusive':
      return `inconclusive: ${verdict.cause.en}`
    default:
      return 'no verdict'
  }
}

test('each check ends in the one verdict that is true, and vitest agrees', async () => {
  const { tests, folder, code, output } = await runChecks(checks, {
    'a.ts': subject,
    'NOTES.md': '## Notes\n\nthree own words\n\n## More\n',
  })

  expect(tests.map(saidBy), output).toEqual([
    'passed',
    'failed: it was lost',
    'failed: todo() in a.ts is still a TODO: do it',
    'inconclusive: a defect of the check: it saw nothing that it could judge by (calls: 0)',
    "inconclusive: the check itself failed: Cannot read properties of undefined (reading 'defect')",
    'failed: an error got away that nothing in your code waits for; it would end the process: lost',
    'failed: an error got away that nothing in your code waits for; it would end the process: lost',
    'failed: your code threw: boom',
    'inconclusive: this check needs an engine that can: tls',
    'failed: "More" has 0 words of yours and needs 3: say more',
    'failed: MISSING.md is missing',
    'passed',
  ])
  expect(tests.map(({ status }) => status === 'passed')).toEqual(
    tests.map(({ verdict }) => verdict?.outcome === 'passed'),
  )
  expect(code).toBe(1)

  const file = `${relative(repositoryRoot, folder)}/a.ts`
  expect(tests[1]?.message).toContain(
    [
      `✗ mq-07.2  it is kept`,
      '    It was lost.',
      '',
      `    Look at  ${file}:2`,
      '    Repeat: npm run check mq-07.2 seed=7     Question to think about: npm run hint mq-07',
    ].join('\n'),
  )
  expect(
    tests.map(({ verdict }) => (verdict?.outcome === 'failed' ? verdict.breach.places[0]?.line : undefined)),
  ).toEqual([undefined, 2, 3, undefined, undefined, 4, 4, 5, undefined, 5, 1, undefined])
  for (const { message } of tests) expect(message).not.toContain('lab/kit')
})

test('settings that make no sense are said in the verdict of each check', async () => {
  const check = `
    import { test } from '${kit('test.ts')}'
    test('mq-07.1 it is kept', { item: 'mq-07.1', text: { en: 'it is kept', vi: 'giữ' }, judge: () => ({ held: [] }) }, async () => {})
  `
  const { tests, output } = await runChecks(check, {}, { MQ_SEED: 'seven', MQ_PREPARE: 'rabbitmq' })

  expect(tests.map(saidBy), output).toEqual([
    expect.stringMatching(/^inconclusive: the run's settings are not valid: MQ_SEED: /),
  ])
  expect(tests[0]?.message).toContain('? mq-07.1  inconclusive, nothing ticked')
})

test('a scenario that never ends is over in time, and so is its lab', async () => {
  const check = `
    import { test } from '${kit('test.ts')}'
    test('mq-07.1 it is kept', { item: 'mq-07.1', text: { en: 'it is kept', vi: 'giữ' }, judge: () => ({ held: [] }) }, async (lab) => {
      for (let index = 0; index < 5; index += 1) lab.defer(() => new Promise(() => {}))
      await lab.killBroker()
      await new Promise(() => {})
    })
  `
  const { tests, output } = await runChecks(check)

  expect(tests.map(saidBy), output).toEqual(['failed: it was not over after 9 s'])
})

test('a broker that ends by itself under a check judges nobody, and is back for the next one', async () => {
  const { tests } = await runChecks(
    `
import { broken, held, witness } from '${kit('promise.ts')}'
import { test } from '${kit('test.ts')}'

const text = (en) => ({ en, vi: en + ' (vi)' })
const promised = (item, judge) => ({ item, text: text('it is kept'), judge })
const publish = (lab) => lab.observer.publish({ exchange: '', routingKey: 'nowhere', body: 'x' })

test('mq-07.1 it is kept', promised('mq-07.1', () => broken(text('the connection was lost'))), async (lab) => {
  await publish(lab)
  process.kill(lab.rabbitmq.broker.engine.pid, 'SIGKILL')
})
test('mq-07.2 it is kept', promised('mq-07.2', (seen) => held(witness(seen, 1))), publish)
`,
    { 'a.ts': subject },
  )

  expect(tests.map(saidBy)).toEqual([
    'inconclusive: the broker ended in the middle of the check, and nobody had told it to',
    'passed',
  ])
})
