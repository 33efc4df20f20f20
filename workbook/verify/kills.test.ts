/** The page of mistakes is what the solutions say, and every wrong solution stands on it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tasks } from '../registry/registry.ts'
import { programRoot } from '../root.ts'
import { overlayNames } from '../runner/subject.ts'
import { killsFile, printKills } from './kills.ts'

test('KILLS.md is printed from the wrong solutions: npm run verify print', () => {
  expect(readFileSync(join(programRoot, killsFile), 'utf8')).toBe(printKills(tasks))
})

test('every wrong solution stands in it, under an item of its task', () => {
  const page = printKills(tasks)
  const wrongs = tasks
    .filter(({ state }) => state === 'ready')
    .flatMap((task) => overlayNames(task, 'wrong').map((name) => ({ task, name })))
  expect(wrongs.length).toBeGreaterThan(40)
  for (const { task, name } of wrongs) {
    expect(page, `${task.id} ${name}`).toMatch(
      new RegExp(`^\\| ${task.id}\\.\\d[^|]*\\| \\[${name}\\]\\(`, 'm'),
    )
  }
})
