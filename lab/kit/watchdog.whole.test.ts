/** An endless loop is found while the lab closes, too; work that takes long and yields is left alone. */
import { expect, test } from 'vitest'
import { endless, watched } from './test-watchdog.ts'

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
