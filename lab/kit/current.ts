/** The run and the lab that this process is in: what stray errors and the engine's end belong to. */
import type { Lab } from './lab.ts'
import { RunContext } from './run-context.ts'

let run: RunContext | undefined
let lab: Lab | undefined

/** The run of this process, made when first asked for. */
export function currentRun(): RunContext {
  run ??= new RunContext()
  return run
}

/** The run of this process, if anything has asked for it. */
export function runIfAny(): RunContext | undefined {
  return run
}

/** Closes the line to whoever watches. */
export async function endRun(): Promise<void> {
  await run?.close()
  run = undefined
}

export function useLab(opened: Lab): void {
  lab = opened
}

export function leaveLab(): void {
  lab = undefined
}

/** Books an error that nothing awaited to the lab in which it happened. */
export function bookStray(error: unknown): void {
  lab?.strayErrors.push(error)
}
