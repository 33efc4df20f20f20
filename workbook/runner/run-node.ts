/** Runs a program of ours in the foreground: it prints for itself. */
import { spawn } from 'node:child_process'
import { exitCodes } from '../exit.ts'
import { root } from '../root.ts'
import { endOnInterrupt } from './interrupt.ts'

/**
 * For a Node that runs subjects. kafkajs 2.2.4 computes time-outs that lie in the past, of which Node 24 warns once a
 * process: nothing that a learner could act on.
 */
export const subjectFlags = ['--disable-warning=TimeoutNegativeWarning'] as const

/** Runs a file, or Node with any arguments. Answers the exit code. */
export async function runNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  endOnInterrupt()
  const child = spawn(process.execPath, [...args], { cwd: root, env, stdio: 'inherit' })
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? exitCodes.setUp))
  })
}
