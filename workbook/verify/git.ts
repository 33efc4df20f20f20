/** Asks git about this repository. */
import { execFile } from 'node:child_process'
import { root } from '../root.ts'

/** What git prints, or `undefined` when there is no git, or no repository. */
export async function git(...args: readonly string[]): Promise<string | undefined> {
  return await new Promise((resolve) => {
    execFile('git', ['-C', root, ...args], (error, stdout) => resolve(error === null ? stdout : undefined))
  })
}
