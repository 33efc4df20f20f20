/** An experiment through the command line: it asks first, plays on a real broker, and keeps what was predicted and what came. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { finished } from '../fixture/checkout.ts'
import { programRoot } from '../root.ts'

/** This repository under another name, so that what is kept is not the learner's. */
function elsewhere(): string {
  const root = mkdtempSync(join(tmpdir(), 'mq-study-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const name of ['brokers', 'exercises', 'lab', 'node_modules', 'package.json', 'payments', 'solutions'])
    symlinkSync(join(programRoot, name), join(root, name))
  return root
}

async function exercise(root: string, words: string) {
  const child = spawn(
    process.execPath,
    [join(programRoot, 'workbook', 'main.js'), 'exercise', ...words.split(' ')],
    { cwd: root, env: { PATH: process.env.PATH, HOME: root, LANG: 'C', NO_COLOR: '1', MQ_ROOT: root } },
  )
  child.stdin.end()
  return await finished(child)
}

test('an experiment asks what will happen, plays it, and puts the prediction beside what came', async () => {
  const root = elsewhere()

  const asked = await exercise(root, 'study-01 late-reader')
  expect(asked.exitCode).toBe(0)
  expect(asked.stdout).toContain('c  Nothing, in either queue')
  expect(asked.stdout).toContain('npm run exercise study-01 late-reader answer=a')
  expect(asked.stdout).not.toContain('basic.publish')

  const wrong = await exercise(root, 'study-01 late-reader answer=b seed=7')
  expect(wrong.exitCode).toBe(0)
  expect(wrong.stdout).toMatch(/basic\.ack +tag 5/)
  expect(wrong.stdout).toContain('you said    ≠ Its own queue is empty')
  expect(wrong.stdout).toContain('it was        Nothing, in either queue')
  expect(wrong.stdout).toContain('5 published, 5 acknowledged')
  expect(keptIn(root)).toMatchObject({ predicted: 'in-the-old-queue', came: 'nothing', runs: 1 })

  const right = await exercise(root, 'study-01 late-reader answer=c')
  expect(right.stdout).toContain('you said    ✓ Nothing, in either queue')
  expect(keptIn(root)).toMatchObject({ predicted: 'nothing', came: 'nothing', runs: 2 })
})

test('a name or a letter that means nothing costs one sentence', async () => {
  const root = elsewhere()

  const unknown = await exercise(root, 'study-01 late-raeder')
  expect(unknown).toMatchObject({ exitCode: 2 })
  expect(unknown.stderr).toContain('There are: one-queue, own-queues, late-reader, broker-killed.')
  const letter = await exercise(root, 'study-01 late-reader answer=z')
  expect(letter).toMatchObject({ exitCode: 2 })
  expect(letter.stderr).toContain('It takes one letter, a to c.')
})

test('an engine that can’t play an experiment is refused before anything is asked, with one that can', async () => {
  const root = elsewhere()

  // The clock of a real broker can't be moved; a broker that others use is not killed.
  const clock = await exercise(root, 'study-06 silence engine=local')
  expect(clock).toMatchObject({ exitCode: 3 })
  expect(clock.stderr).toContain('The engine "local" can\'t play silence.')
  expect(clock.stderr).toContain('a clock that can be moved ahead')
  expect(clock.stdout).toBe('Next: npm run exercise study-06 silence\n')
  const kill = await exercise(root, 'study-01 broker-killed engine=url events')
  expect(kill).toMatchObject({ exitCode: 3 })
  expect(kill.stderr).toContain('a broker that may be killed')

  // One that it can play is asked for, on the same engine.
  const asked = await exercise(root, 'study-01 late-reader engine=local')
  expect(asked.exitCode).toBe(0)
  expect(asked.stdout).toContain('npm run exercise study-01 late-reader engine=local answer=a')
})

test('an experiment without a broker plays on any engine', async () => {
  const root = elsewhere()

  const played = await exercise(root, 'study-09 two-writers engine=url answer=b')
  expect(played.exitCode).toBe(0)
  expect(played.stdout).toContain('two-writers · url')
  expect(played.stdout).toContain('you said    ✓ 20,000 with it, −60,000 without')
  expect(keptIn(root, 'study-09/two-writers')).toMatchObject({ came: 'key-decides', engine: 'url' })
})

function keptIn(root: string, experiment = 'study-01/late-reader'): unknown {
  const { experiments } = JSON.parse(readFileSync(join(root, '.workbook', 'study.json'), 'utf8')) as {
    experiments: Record<string, unknown>
  }
  return experiments[experiment]
}
