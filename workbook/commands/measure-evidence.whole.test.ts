/** Figures as evidence, over the fixture course: what a measurement proves, when that is stale, and who says what is missing. */
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Checkout } from '../fixture/checkout.ts'
import type { ProgressReport } from '../progress/report.ts'

const counting = 'exercises/3-mq/02-counting/counting.ts'

/** The fixture course, whose second task has an item that a figure proves. */
const course = `
import { parts, tasks as plain } from ${JSON.stringify(join(import.meta.dirname, '..', 'fixture', 'course.ts'))}
export { parts }
const item = { id: 'mq-02.2', text: { en: 'Measure the end', vi: 'Đo điểm dừng' }, evidence: ['measure'] }
export const tasks = plain.map((task) => (task.id === 'mq-02' ? { ...task, items: [...task.items, item] } : task))
`
/** Stands for the lab's program: keeps one figure where it is told to. */
const program = (item: string) => `
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
const [, task, path] = process.argv.slice(2)
const figure = {
  name: 'end', said: { en: 'the end', vi: 'điểm dừng' }, value: 7, unit: 'ms', n: 30,
  method: { en: 'counted', vi: 'đếm' }, ${item}
  engine: 'embedded', server: 'RabbitMQ 4.2.0', seed: 7, versions: { node: '24.21.0' },
  machine: 'none', subject: 'exercises', at: '2026-11-29T12:00:00.000Z',
}
mkdirSync(dirname(path), { recursive: true })
writeFileSync(path, JSON.stringify({ task, figures: [figure] }))
writeFileSync(path.replace('.json', '.svg'), '<svg/>')
`

function measurable(item = "item: 'mq-02.2',"): { checkout: Checkout; env: Record<string, string> } {
  const checkout = new Checkout()
  onTestFinished(() => checkout[Symbol.dispose]())
  checkout.write('course.ts', course)
  checkout.write('lab/measure/main.ts', program(item))
  checkout.write('exercises/3-mq/02-counting/measure.ts', '')
  checkout.write(counting, checkout.read('solutions/3-mq/02-counting/counting.ts'))
  return { checkout, env: { MQ_COURSE: join(checkout.root, 'course.ts') } }
}

test('a figure that names an item proves it, until the code or the file of figures changes', async () => {
  const { checkout, env } = measurable()
  const stateNow = async (): Promise<string | undefined> => {
    const { stdout } = await checkout.run('progress json', { env })
    const { tasks } = JSON.parse(stdout) as ProgressReport
    return tasks.flatMap(({ items }) => items).find(({ id }) => id === 'mq-02.2')?.state
  }
  expect(await stateNow()).toBe('open')

  const measured = await checkout.run('measure mq-02 lang=en', { env })
  expect(measured.stderr).toBe('')
  expect(measured.exitCode).toBe(0)
  expect(measured.stdout).toContain('✓ mq-02.2: proven by its figures')
  expect(await stateNow()).toBe('verified')
  expect((await checkout.run('progress mq-02 lang=en', { env })).stdout).toContain('the end')

  const code = checkout.read(counting)
  checkout.write(counting, `${code}\n// faster now\n`)
  expect(await stateNow()).toBe('stale')
  checkout.write(counting, code)
  expect(await stateNow()).toBe('verified')
  checkout.write('results/mq-02.json', checkout.read('results/mq-02.json').replace('"value":7', '"value":1'))
  expect(await stateNow()).toBe('stale')
})

test('a figure that names no item proves none', async () => {
  const { checkout, env } = measurable('')
  const { stdout } = await checkout.run('measure mq-02 lang=en', { env })

  expect(stdout).not.toContain('proven')
  expect(checkout.has('.workbook/evidence/mq-02.json')).toBe(false)
})

test('a check that passes says which figure is missing, and with which command it is taken', async () => {
  const { checkout, env } = measurable()
  const before = await checkout.run('check mq-02 lang=en', { env })
  expect(before.stdout).toContain('mq-02.2 wants a figure: npm run measure mq-02')
  expect(before.stdout.trimEnd().split('\n').at(-1)).toBe('Next: npm run measure mq-02')

  const refused = await checkout.run('check mq-02.2 lang=en', { env })
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain('mq-02.2 wants a figure: npm run measure mq-02')

  await checkout.run('measure mq-02 lang=en', { env })
  expect((await checkout.run('check mq-02 lang=en', { env })).stdout).not.toContain('wants a figure')
})
