/** `explore` as it is typed: what it prints, how it ends, what it refuses. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { programRoot } from '../root.ts'

async function explore(...words: readonly string[]) {
  const args = [join(programRoot, 'workbook', 'main.js'), 'explore', ...words]
  const child = spawn(process.execPath, args, {
    cwd: programRoot,
    env: { ...process.env, MQ_LANG: undefined, LANG: 'en', NO_COLOR: '1' },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { exitCode, stdout, stderr }
}

test('shows the shortest run that loses a payment, as lanes, and the command that plays it again', async () => {
  const { exitCode, stdout } = await explore(
    'mq-02',
    'subject=wrong/publish-returned-true',
    'seed=7',
    'lang=en',
  )

  expect(exitCode).toBe(1)
  expect(stdout).toContain('1 of 1 messages reported as done are nowhere to be found')
  expect(stdout).toContain(
    '✕ killed            │                   │   just before this: publish to the broker',
  )
  const replay = /npm run explore (mq-02 .*)/.exec(stdout)?.[1] ?? ''
  expect(replay).toBe(
    'mq-02 subject=wrong/publish-returned-true seed=7 crash=subject messages=1 at=before:producer-broker:basic.publish:1',
  )

  const again = await explore(...replay.split(' '), 'lang=vi')
  expect(again.exitCode).toBe(1)
  expect(again.stdout).toContain('1 trong 1 message đã báo là xong mà không thấy đâu')
})

test('clears a reference, and says how many schedules that rests on', async () => {
  const { exitCode, stdout } = await explore(
    'mq-02',
    'subject=reference',
    'schedules=6',
    'messages=1',
    'lang=en',
  )

  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/6 schedules over \d+ moments, held in 6/)
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(
    'Next: npm run explore mq-02 subject=reference crash=broker',
  )
})

test('speaks events and JSON: each schedule as it is planned and as it ends, then what they came to', async () => {
  const { stdout } = await explore('mq-02', 'subject=reference', 'schedules=1', 'messages=1', 'events')
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; state?: string; moments?: string; trace?: object[] })
  expect(events.map(({ kind }) => kind)).toEqual([
    'schedule',
    'schedule',
    'run',
    'explored',
    'verdict',
    'end',
  ])
  expect(events.slice(0, 2).map(({ state }) => state)).toEqual(['planned', 'held'])
  expect(events[1]?.moments).toMatch(/^(?:before|after):\w+-\w+:[\w.-]+:\d+$/)
  expect(events[1]?.trace).toContainEqual(expect.objectContaining({ what: 'basic.publish' }))

  const json = await explore('mq-02', 'subject=reference', 'schedules=1', 'messages=1', 'json')
  expect(JSON.parse(json.stdout)).toMatchObject({ outcome: 'passed', explored: { held: 1 } })
})

test.each([
  [
    ['mq-02', 'subject=wrong/nope'],
    2,
    'There is no subject "wrong/nope"; there are: mine, reference, wrong/',
  ],
  [['mq-02', 'crash=everything'], 2, 'it takes crash=subject|broker|connection'],
  [['mq-01'], 2, 'mq-01 has no scenario for the explorer yet.'],
  [['mq-02', 'at=nonsense', 'subject=reference'], 2, 'it takes at=before:FROM-TO:METHOD:N'],
  [['mq-02', 'engine=docker', 'crash=broker', 'subject=reference'], 3, 'engine=embedded'],
])('refuses %j with %i', async (words, code, said) => {
  const { exitCode, stdout, stderr } = await explore(...words, 'lang=en')

  expect(stdout + stderr).toContain(said)
  expect(exitCode).toBe(code)
})
