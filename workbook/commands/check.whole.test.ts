/** `check` as a learner types it, over the fixture course: one item, a part, broken and endless code, a broken set-up. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Checkout, finished, greeting } from '../fixture/checkout.ts'
import { canSeeProcesses, processesIn } from '../fixture/processes.ts'
import { programRoot } from '../root.ts'

test('judges one item alone', async () => {
  using checkout = new Checkout()
  checkout.solveGreeting()

  const { exitCode, stdout } = await checkout.run('check mq-01.2')

  expect(exitCode).toBe(0)
  expect(stdout).toContain('✓ mq-01.2')
  expect(stdout).not.toContain('mq-01.1')
})

test('judges every ready task of a part', async () => {
  using checkout = new Checkout()
  checkout.solveGreeting()

  const { exitCode, stdout } = await checkout.run('check mq')

  expect(exitCode).toBe(1)
  expect(stdout).toContain('✓ mq-01   3 of 4 items verified')
  expect(stdout).toContain('✗ mq-02.1')
})

test('prints valid JSON and nothing else', async () => {
  using checkout = new Checkout()

  const { exitCode, stdout } = await checkout.run('check mq-01 json seed=7')

  const report = JSON.parse(stdout)
  expect(exitCode).toBe(1)
  expect(report).toMatchObject({ outcome: 'failed', isRecorded: true })
  expect(report.tasks[0]).toMatchObject({ task: 'mq-01', circumstances: { engine: 'embedded', seed: 7 } })
  expect(report.tasks[0].verdicts).toHaveLength(3)
})

test('prints every verdict as an event, then the end', async () => {
  using checkout = new Checkout()

  const { stdout } = await checkout.run('check mq-01 events')

  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(events.map(({ kind }) => kind)).toEqual(['verdict', 'verdict', 'verdict', 'end'])
  expect(events.at(-1).outcome).toBe('failed')
})

test('speaks Vietnamese when asked, and remembers it', async () => {
  using checkout = new Checkout()

  const asked = await checkout.run('check mq-01 lang=vi')
  const later = await checkout.run('check mq-01')

  expect(asked.stdout).toContain('đang kiểm tra mq-01 trên embedded …')
  expect(asked.stdout).toContain('mq-01   0 ĐẠT, 3 CHƯA ĐẠT, trong ')
  expect(later.stdout).toContain('Tiếp theo: ')
})

test('is inconclusive when the set-up is to blame, and looks at the computer', async () => {
  using checkout = new Checkout()
  checkout.solveGreeting()

  const { exitCode, stdout } = await checkout.run('check mq-01', { env: { FIXTURE_INCONCLUSIVE: '1' } })

  expect(exitCode).toBe(3)
  expect(stdout).toContain('? mq-01.1  inconclusive, nothing ticked')
  expect(stdout).toContain('What this computer says:\n  ✓ Everything the embedded brokers need is here.')
  expect(stdout.trimEnd()).toMatch(/Next: npm run doctor$/)
  expect(checkout.read('CHECKLIST.md')).not.toContain('- [x]')
})

test('says that a task is planned', async () => {
  using checkout = new Checkout()

  const task = await checkout.run('check mq-03')

  expect(task.exitCode).toBe(2)
  expect(task.stdout).toContain('mq-03 is planned; its exercise does not exist yet.')
})

test('fails code that does not compile, with file and line', async () => {
  using checkout = new Checkout()
  checkout.solveGreeting()
  checkout.write(
    greeting,
    'export function greet(name: string): string {\n  const trimmed: number = name.trim()\n  return "Hello " + trimmed\n}\n',
  )

  const { exitCode, stdout } = await checkout.run('check mq-01')

  expect(exitCode).toBe(1)
  expect(stdout).toContain(`${greeting}:2\n      Type 'string' is not assignable to type 'number'. TS2322`)
  expect(stdout).toContain('· mq-01.1  a greeting names the one who is greeted  (waits for the types)')
  expect(checkout.read('CHECKLIST.md')).not.toContain('- [x]')
})

test('fails code that Node can not load, with file and line', async () => {
  using checkout = new Checkout()
  checkout.write(greeting, 'export function greet() {\n  const x = ;\n}\n')

  const { exitCode, stdout } = await checkout.run('check mq-01.1')

  expect(exitCode).toBe(1)
  expect(stdout).toContain(`${greeting}:2`)
})

test('fails code that ends the process, and says that it does', async () => {
  using checkout = new Checkout()
  checkout.write(greeting, 'export function greet(name: string): string {\n  process.exit(name.length)\n}\n')

  const { exitCode, stdout } = await checkout.run('check mq-01.1')

  expect(exitCode).toBe(1)
  expect(stdout).toContain('Your code called process.exit(3)')
  expect(stdout).toContain(`${greeting}:2`)
})

test('fails code that kills the process', async () => {
  using checkout = new Checkout()
  checkout.write(
    greeting,
    'export function greet(_name: string): Promise<string> {\n  process.kill(process.pid, "SIGKILL")\n  return new Promise(() => {})\n}\n',
  )

  const { exitCode, stdout } = await checkout.run('check mq-01')

  expect(exitCode).toBe(1)
  expect(stdout).toContain(
    '✗ mq-01.1  Greet by name\n    The process that ran your code ended while this was being judged.',
  )
  expect(stdout).toContain('· mq-01.2  Leave spaces out  (Not judged: the run ended at mq-01.1)')
})

test('fails code that lets a rejection go', async () => {
  using checkout = new Checkout()
  checkout.solveGreeting()
  checkout.write(
    greeting,
    'export async function greet(name: string): Promise<string> {\n  void Promise.reject(new Error("nobody waits"))\n  await new Promise((resolve) => setTimeout(resolve, 5))\n  return "Hello " + name.trim()\n}\n',
  )

  const { exitCode, stdout } = await checkout.run('check mq-01.1')

  expect(exitCode).toBe(1)
  expect(stdout).toContain('A promise was rejected that nobody awaits: nobody waits.')
  expect(stdout).toContain(`${greeting}:2`)
})

test('ends an endless loop when the time is up, and judges it', async () => {
  using checkout = new Checkout()
  checkout.write(greeting, 'export function greet(name: string): string {\n  for (;;) name += ""\n}\n')

  // On a computer that does much other work, what hangs could not be told from what starves.
  const env = { MQ_DEADLINE_MS: '1200', MQ_PACE: '1' }
  const { exitCode, stdout } = await checkout.run('check mq-01', { env })

  expect(exitCode).toBe(1)
  expect(stdout).toContain('Not done after 1.2 s, so the run was ended.')
  expect(processesIn(checkout.root)).toEqual([])
})

test('sets a broken file of its own aside, says so, and goes on', async () => {
  using checkout = new Checkout()
  checkout.write('.workbook/settings.json', '{ "lang": "vi"')
  checkout.write('.workbook/evidence/mq-01.json', 'not JSON')

  const { exitCode, stderr } = await checkout.run('check mq-01')

  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/set aside as \.workbook\/settings\.json\.broken-/)
  expect(checkout.names('.workbook').filter((name) => name.includes('.broken-'))).toHaveLength(1)
  expect(checkout.names('.workbook/evidence')).toContain('mq-01.json')
})

const nobody = 65534
const isRoot = process.getuid?.() === 0
const canRead =
  isRoot &&
  spawnSync(process.execPath, [join(programRoot, 'workbook', 'main.js'), 'help'], {
    uid: nobody,
    gid: nobody,
  }).status === 0

test.skipIf(!canRead)(
  'still judges in a checkout that can not be written (skipped unless root can become nobody)',
  async () => {
    using checkout = new Checkout()
    checkout.solveGreeting()

    const { exitCode, stdout } = await checkout.run('check mq-01', {
      uid: nobody,
      env: { HOME: '/nonexistent' },
    })

    expect(exitCode).toBe(0)
    expect(stdout).toContain('✓ mq-01   3 of 4 items verified')
    expect(stdout).toContain('Judged, but nothing could be recorded')
  },
)

test.skipIf(!canSeeProcesses)(
  'leaves no process behind when it is interrupted, and no evidence',
  async () => {
    using checkout = new Checkout()
    checkout.write(greeting, 'export function greet(name: string): string {\n  for (;;) name += ""\n}\n')
    const child = checkout.start(['check', 'mq-01'])
    const ending = finished(child)
    await expect.poll(() => processesIn(checkout.root).length, { timeout: 30_000 }).toBeGreaterThan(1)

    child.kill('SIGINT')
    const { exitCode } = await ending

    expect(exitCode).toBe(130)
    expect(processesIn(checkout.root)).toEqual([])
    expect(checkout.names('.workbook/evidence')).toEqual([])
  },
)
