/** What two runs side by side add up to, shown with programs that judge nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { Task } from '../registry/registry.ts'
import { runInLanes } from './lanes.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parity-lanes-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Its ids are the words behind the first. */
function program(body: string): string {
  const file = join(folder, `${body.length}.js`)
  writeFileSync(file, `const [, , , ...ids] = process.argv\n${body}\n`)
  return file
}

const tasks = (['rabbitmq', 'kafka', 'both'] as const).map((engine) => ({ id: engine, engine }) as Task)

test('adds up what passed and failed, of tasks of RabbitMQ alone and of all others', async () => {
  const counts = await runInLanes(
    program(
      "console.log(ids.includes('rabbitmq') ? '1 passed, 0 failed' : '0 passed, ' + ids.length + ' failed')",
    ),
    ['only=real'],
    tasks,
  )
  expect(counts).toEqual({ passed: 1, failed: 2 })
})

test('counts one that ends in the middle as failed, and says so', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  onTestFinished(() => write.mockRestore())
  const counts = await runInLanes(
    program("if (ids.includes('rabbitmq')) process.exit(3)\nconsole.log('7 passed, 0 failed')"),
    ['only=real'],
    tasks,
  )
  expect(counts).toEqual({ passed: 7, failed: 1 })
  expect(write.mock.calls.join('')).toContain('a run ended with 3')
})
