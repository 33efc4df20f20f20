/** What was predicted of an experiment and what came, kept for the lesson's screen. */
import type { EngineName } from '#brokers/engines'
import type { Task } from '../registry/registry.ts'
import { readStudy, writeStudy } from '../state/study.ts'
import type { Lesson } from './lessons.ts'

type Experiment = Lesson['experiments'][number]

/** Stands where there is no prediction. No option is called so. */
export const noPrediction = ''

/** Answers whether it could be kept. */
export function keepPrediction(
  { task, engine }: { readonly task: Pick<Task, 'id'>; readonly engine: EngineName },
  experiment: Pick<Experiment, 'name'>,
  { predicted, came }: { readonly predicted: string; readonly came: string | undefined },
): boolean {
  const state = readStudy()
  const key = keyOf(task, experiment)
  const entry = {
    when: new Date().toISOString(),
    runs: (state.experiments[key]?.runs ?? 0) + 1,
    ...(predicted === noPrediction ? {} : { predicted }),
    ...(came === undefined ? {} : { came }),
    engine,
  }
  return writeStudy({ ...state, experiments: { ...state.experiments, [key]: entry } })
}

/** `study-01/one-queue`. */
export function keyOf(task: Pick<Task, 'id'>, { name }: Pick<Experiment, 'name'>): string {
  return `${task.id}/${name}`
}
