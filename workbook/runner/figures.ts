/** The figures of a task: where they are kept, and which items they prove. */
import { join } from 'node:path'
import type { EngineName } from '#brokers/engines'
import type { KeptFigure, Results } from '#lab/measure/results'
import type { Task } from '../registry/registry.ts'
import { root } from '../root.ts'
import type { Subject } from './subject.ts'

/**
 * The learner's figures stand by themselves; the reference's are part of the solutions. Those of real brokers stand beside
 * those of the embedded ones and never replace them.
 */
export function resultsPath(
  { id }: Pick<Task, 'id'>,
  { kind }: Pick<Subject, 'kind'>,
  engine: EngineName = 'embedded',
): string {
  const name = engine === 'embedded' ? id : `${id}.${engine}`
  return join(root, ...(kind === 'learner' ? [] : ['solutions']), 'results', `${name}.json`)
}

/** Items of the task whose evidence is a figure. */
export function measuredItems({ items }: Pick<Task, 'items'>): string[] {
  return items.filter(({ evidence }) => evidence.includes('measure')).map(({ id }) => id)
}

/** Of those, the items that these figures prove. */
export function provenBy(task: Pick<Task, 'items'>, results: Results | undefined): string[] {
  return measuredItems(task).filter((id) => figuresFor(id, results).length > 0)
}

export function figuresFor(item: string, results: Results | undefined): KeptFigure[] {
  return results?.figures.filter((figure) => figure.item === item) ?? []
}
