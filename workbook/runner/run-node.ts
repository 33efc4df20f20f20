/** Runs a program of ours in the foreground: it prints for itself. */
import { spawn } from 'node:child_process'
import { exitCodes } from '../exit.ts'
import { root } from '../root.ts'
import { endOnInterrupt } from './interrupt.ts'

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
