/** The page of figures is what the results say, and each table stands under the command that made it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type KeptFigure, readResults } from '#lab/measure/results'
import { tasks } from '../registry/registry.ts'
import { programRoot } from '../root.ts'
import { resultsPath } from './figures.ts'
import { besideReal, figuresFile, printFigures } from './figures-page.ts'

test('FIGURES.md is printed from the references’ figures: npm run measure print', () => {
  expect(readFileSync(join(programRoot, figuresFile), 'utf8')).toBe(printFigures(tasks))
})

test('every figure stands in it, under the command that takes it', () => {
  const page = printFigures(tasks)
  const measured = tasks.flatMap((task) => {
    const figures = readResults(resultsPath(task, { kind: 'reference' }))?.figures ?? []
    return figures.length === 0 ? [] : [{ id: task.id, figures }]
  })
  expect(measured.length).toBeGreaterThan(5)
  for (const { id, figures } of measured) {
    const from = page.indexOf(`\`npm run measure ${id} reference\``)
    expect(from, id).toBeGreaterThan(0)
    for (const { said } of figures)
      expect(page.indexOf(`| ${said.en} |`, from), said.en).toBeGreaterThan(from)
  }
})

test('each real engine has a column, headed by what its server calls itself', () => {
  const taken = (engine: KeptFigure['engine'], server: string, name: string, n = 30): KeptFigure => ({
    name,
    said: { en: `the ${name}`, vi: name },
    method: { en: 'counted', vi: 'đếm' },
    value: 7,
    unit: 'ms',
    n,
    engine,
    server,
    seed: 7,
    versions: { amqplib: '2.3.1' },
    machine: '2 cores',
    subject: 'solutions',
    at: '2026-11-29T12:00:00.000Z',
  })
  const page = besideReal(
    { id: 'mq-02' },
    [taken('embedded', 'RabbitMQ 4.2.0', 'rate'), taken('embedded', 'RabbitMQ 4.2.0', 'latency')],
    [
      {
        engine: 'local',
        figures: [taken('local', 'RabbitMQ 4.0.5', 'rate'), taken('local', 'RabbitMQ 4.0.5', 'latency', 20)],
      },
      { engine: 'url', figures: [taken('url', 'RabbitMQ 4.2.5', 'rate')] },
    ],
  )
  expect(page).toEqual([
    '`npm run measure mq-02 reference engine=local`, `npm run measure mq-02 reference engine=url`',
    '',
    '| figure | embedded | local: RabbitMQ 4.0.5 | url: RabbitMQ 4.2.5 | n |',
    '| --- | --- | --- | --- | --- |',
    '| the rate | 7 ms | 7 ms | 7 ms | 30 |',
    '| the latency | 7 ms | 7 ms |  | 30 / 20 / – |',
    '',
    'solutions: engine local, RabbitMQ 4.0.5, seed 7, amqplib 2.3.1, 2 cores, 2026-11-29',
    '',
    'solutions: engine url, RabbitMQ 4.2.5, seed 7, amqplib 2.3.1, 2 cores, 2026-11-29',
    '',
  ])
})
