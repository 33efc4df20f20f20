/** A subject that never yields is ended from outside, with a verdict that says where it was; while the lab closes, too. Work that yields is left alone. */
import { availableParallelism, loadavg } from 'node:os'
import { relative } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from './subject-under-test.ts'
import { endless, watched } from './test-watchdog.ts'

/** How many processes want each core: so much longer everything takes. */
const waitingForACore = () => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism())

test('an endless loop ends within four seconds, and its verdict has file and line', async () => {
  const before = waitingForACore()
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
  expect(run.ms).toBeLessThan((2000 + 1000 + 3000) * Math.max(before, waitingForACore()))
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
        // It yields, as good work does, for longer than a beat of the watchdog.
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
