/** The page of figures is what the results say, and each table stands under the command that made it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readResults } from '#lab/measure/results'
import { tasks } from '../registry/registry.ts'
import { programRoot } from '../root.ts'
import { resultsPath } from './figures.ts'
import { figuresFile, printFigures } from './figures-page.ts'

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
