/** A subject that never yields is ended from outside, with a verdict that says where it was; nobody else is. */
import { relative } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openRunServer } from '../verdict/channel.ts'
import type { Verdict } from '../verdict/verdict.ts'
import { repositoryRoot } from './subject-under-test.ts'
import { kit, runChecks } from './test-checks.ts'

const checkOf = (scenario: string): string => `
  import { held, witness } from '${kit('promise.ts')}'
  import { test } from '${kit('test.ts')}'
  const text = { en: 'it ends', vi: 'nó kết thúc' }
  test('mq-07.1 it ends', { item: 'mq-07.1', text, judge: () => held(witness('calls', 1)) }, async (lab) => { ${scenario} })
`

/** Runs a check under a watcher and answers the verdicts that arrived on the run's line. */
async function watched(scenario: string, files: Record<string, string>) {
  const server = await openRunServer()
  onTestFinished(() => server.close())
  const verdicts: Verdict[] = []
  server.onEvent((event) => {
    if (event.kind === 'verdict') verdicts.push(event.verdict)
  })
  const began = performance.now()
  const run = await runChecks(checkOf(scenario), files, { MQ_RUN: server.address })
  return { ...run, verdicts, ms: performance.now() - began }
}

const endless = `
export async function spin(): Promise<void> {
  let turns = 0
  for (;;) {
    turns += 1
  }
}
export const start = async () => ({ stop: spin })
`

test('an endless loop ends within four seconds, and its verdict has file and line', async () => {
  const run = await watched("await (await lab.subject.load('spin.ts', ['spin'])).spin()", {
    'spin.ts': endless,
  })

  expect(run.verdicts, run.output).toMatchObject([
    {
      outcome: 'failed',
      item: 'mq-07.1',
      promise: { en: 'it ends', vi: 'nó kết thúc' },
      breach: {
        said: {
          en: 'your code kept the event loop busy for 2 s without a break: an endless loop, or work that never awaits',
        },
        places: [{ file: `${relative(repositoryRoot, run.folder)}/spin.ts` }],
      },
    },
  ])
  const [verdict] = run.verdicts
  const line = verdict?.outcome === 'failed' ? verdict.breach.places[0]?.line : undefined
  expect([4, 5]).toContain(line)
  expect(run.output).toContain(`spin.ts:${line}`)
  expect(run.code).not.toBe(0)
  expect(run.ms).toBeLessThan(2000 + 1000 + 3000)
})

test('one in stop(), which is called when the lab closes, is found too', async () => {
  const scenario =
    "const { start } = await lab.subject.load('spin.ts', ['start']); const service = await start(); lab.defer(() => service.stop())"

  const { verdicts, output } = await watched(scenario, { 'spin.ts': endless })

  expect(verdicts, output).toMatchObject([
    { outcome: 'failed', breach: { places: [{ line: expect.any(Number) }] } },
  ])
})

test('work that takes long and yields is left alone', async () => {
  const source = `
    export async function work(): Promise<void> {
      for (let round = 0; round < 4; round += 1) {
        const until = performance.now() + 600
        while (performance.now() < until);
        await new Promise((resolve) => setTimeout(resolve, 60))
      }
    }
  `
  const run = await watched("await (await lab.subject.load('work.ts', ['work'])).work()", {
    'work.ts': source,
  })

  expect(run.verdicts.map(({ outcome }) => outcome)).toEqual(['passed'])
  expect(
    run.tests.map(({ verdict }) => verdict?.outcome),
    run.output,
  ).toEqual(['passed'])
})
