/** For tests: checks whose subject may never yield, run under a watcher. */
import { onTestFinished } from 'vitest'
import { openRunServer } from '../verdict/channel.ts'
import type { Verdict } from '../verdict/verdict.ts'
import { kit, runChecks } from './test-checks.ts'

const checkOf = (scenario: string): string => `
  import { held, witness } from '${kit('promise.ts')}'
  import { test } from '${kit('test.ts')}'
  const text = { en: 'it ends', vi: 'nó kết thúc' }
  test('mq-07.1 it ends', { item: 'mq-07.1', text, judge: () => held(witness('calls', 1)) }, async (lab) => { ${scenario} })
`

/** Runs a check under a watcher and answers the verdicts that arrived on the run's line. */
export async function watched(scenario: string, files: Record<string, string>) {
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

export const endless = `
export async function spin(): Promise<void> {
  let turns = 0
  for (;;) {
    turns += 1
  }
}
export const start = async () => ({ stop: spin })
`
