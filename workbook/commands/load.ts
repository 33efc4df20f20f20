/** Where each command's code is. A file is loaded only when its command runs, so that the others start fast. */
import type { RunCommand } from '../command.ts'

interface CommandModule {
  readonly run: RunCommand
}

const loaders: Readonly<Record<string, () => Promise<CommandModule>>> = {
  exercise: () => import('./exercise.ts'),
  check: () => import('./check.ts'),
  quiz: () => import('./quiz.ts'),
  answer: () => import('./answer.ts'),
  rate: () => import('./rate.ts'),
  reflect: () => import('./reflect.ts'),
  hint: () => import('./hint.ts'),
  solution: () => import('./solution.ts'),
  reset: () => import('./reset.ts'),
  list: () => import('./list.ts'),
  progress: () => import('./progress.ts'),
  doctor: () => import('./doctor.ts'),
  verify: () => import('./verify.ts'),
  explore: () => import('./explore.ts'),
  measure: () => import('./measure.ts'),
  bench: () => import('./bench.ts'),
  docs: () => import('./docs.ts'),
  test: () => import('./test.ts'),
  brokers: () => import('./brokers.ts'),
  dlq: () => import('./dlq.ts'),
  dashboard: () => import('./dashboard.ts'),
  system: () => import('./system.ts'),
  help: () => import('./help.ts'),
}

/** Loads a command of the table. */
export async function loadCommand(name: string): Promise<CommandModule> {
  const load = loaders[name]
  if (load === undefined) throw new Error(`the command "${name}" has no file`)
  return await load()
}
