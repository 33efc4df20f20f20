/** Labs of a test's own, over a temporary task, and what whoever watches them hears. */
import { onTestFinished } from 'vitest'
import type { RunCommand, RunEvent } from '../verdict/events.ts'
import { type Lab, openLab } from './lab.ts'
import { RunContext } from './run-context.ts'
import type { Brokers } from './stage.ts'
import { layOutTask } from './test-tasks.ts'

/** A watcher in the same process. */
export interface Watcher {
  readonly run: RunContext
  readonly events: RunEvent[]
  command(command: RunCommand): void
}

export function watcher(): Watcher {
  const events: RunEvent[] = []
  const listeners: ((command: RunCommand) => void)[] = []
  const run = new RunContext({
    send: (event) => void events.push(event),
    onCommand: (listener) => void listeners.push(listener),
    close: async () => {},
  })
  const command = (asked: RunCommand): void => {
    for (const listener of listeners) listener(asked)
  }
  return { run, events, command }
}

/** Opens a lab over these files; it is closed when the test is over. */
export async function openTestLab(
  files: Readonly<Record<string, string>> = {},
  run: RunContext = new RunContext(),
  brokers?: Brokers,
): Promise<Lab> {
  const lab = await openLab({ taskFolder: layOutTask(files), run, brokers })
  onTestFinished(() => lab[Symbol.asyncDispose]())
  return lab
}

/** Waits for a fact; the test's own limit bounds it. */
export async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 2))
}

/** This process's environment, without the settings of the run it may be part of. */
export function environmentWithoutRun(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MQ_')))
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
