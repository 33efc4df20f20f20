/**
 * KILLS.md: which plausible mistake is refused by which test, for every task. Printed from the first lines of the wrong
 * solutions; that they say the truth is what `verify` proves by running them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Task } from '../registry/registry.ts'
import { root, shownPath } from '../root.ts'
import { isJudged } from '../runner/judge.ts'
import { overlayNames, solutionFolder } from '../runner/subject.ts'
import { readWrongHeader } from './wrong-header.ts'

export const killsFile = 'KILLS.md'

/** A mistake of one task, as its first lines tell it. */
interface Mistake {
  readonly name: string
  readonly mistake: string
  readonly refusedBy: readonly string[]
  readonly says: string
}

/** The page as it is printed; of the tasks that are ready. */
export function printKills(tasks: readonly Task[]): string {
  const ready = tasks.filter(({ state }) => state === 'ready')
  const all = ready.map((task) => ({ task, mistakes: mistakesOf(task) }))
  const count = all.reduce((sum, { mistakes }) => sum + mistakes.length, 0)
  return [
    '# Which mistake is refused by which test',
    '',
    `${count} wrong solutions of ${ready.length} tasks. Each is somebody's sincere belief, each compiles, and each is refused by the`,
    'test that it names, with the words that it names: `npm run verify` runs all of them. Printed by `npm run verify print`.',
    '',
    ...all.flatMap(({ task, mistakes }) => taskLines(task, mistakes)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
}

function mistakesOf(task: Task): Mistake[] {
  return overlayNames(task, 'wrong').map((name) => {
    const { mistake = '', refusedBy = [], says = '' } = readWrongHeader(solutionFolder(task, 'wrong', name))
    return { name, mistake, refusedBy, says }
  })
}

function taskLines(task: Task, mistakes: readonly Mistake[]): string[] {
  const rows = task.items.flatMap((item) =>
    mistakes
      .filter(({ refusedBy }) => refusedBy[0] === item.id)
      .map(({ name, mistake, refusedBy, says }) => {
        const folder = shownPath(solutionFolder(task, 'wrong', name))
        return row([refusedBy.join(', '), `[${name}](${folder})`, mistake, `… ${says} …`])
      }),
  )
  const refuted = new Set(mistakes.flatMap(({ refusedBy }) => refusedBy))
  const without = task.items.filter((item) => isJudged(item) && !refuted.has(item.id)).map(({ id }) => id)
  return [
    `## ${task.id} · ${task.title.en}`,
    '',
    row(['refused by', 'wrong solution', 'its belief', 'what the learner reads']),
    row(['---', '---', '---', '---']),
    ...rows,
    '',
    ...(without.length === 0 ? [] : [`No mistake of ours is refused by ${without.join(', ')}.`, '']),
  ]
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** Whether the page says what the solutions say now. */
export function killsAreStale(tasks: readonly Task[]): boolean {
  const path = join(root, killsFile)
  return !existsSync(path) || readFileSync(path, 'utf8') !== printKills(tasks)
}

export function writeKills(tasks: readonly Task[]): void {
  writeFileSync(join(root, killsFile), printKills(tasks))
}
