/** The kill matrix: one line a subject, one column an item. */
import type { Task } from '../registry/registry.ts'
import { isJudged } from '../runner/judge.ts'
import { paint } from '../terminal.ts'
import type { MatrixRow } from '../verify/run-law.ts'

const nameWidth = 44

export function matrixTitle(task: Task): string {
  const columns = task.items.filter(isJudged).map(({ id }) => id.slice(id.indexOf('.')).padStart(3))
  return `${paint('bold', task.id.padEnd(nameWidth))} ${paint('gray', columns.join(' '))}`
}

export function matrixLine(task: Task, row: MatrixRow): string {
  const cells = task.items.filter(isJudged).map(({ id }) => `  ${cell(row, id)}`)
  return `  ${row.subject.padEnd(nameWidth - 2)} ${cells.join(' ')}   ${paint('gray', `${row.ms} ms`)}`
}

function cell({ outcomes, refusedBy }: MatrixRow, item: string): string {
  const outcome = outcomes[item]
  if (outcome === 'passed') return refusedBy.includes(item) ? paint('red', '✓') : paint('green', '✓')
  if (outcome === 'failed') return refusedBy.includes(item) ? paint('bold', '⊗') : paint('yellow', '✗')
  return outcome === 'inconclusive' ? paint('red', '?') : ' '
}
