/** For the tests that take minutes: how much of them is run, with which seed, and what a process holds in memory. */
import { execFileSync } from 'node:child_process'

/** `MQ_SEED` repeats a run; the figure stands in the names of the tests. */
export const seed = Number(process.env['MQ_SEED'] ?? 1)

/** `MQ_SOAK` is the share of the full count that is run: 0.1 for a tenth, 10 for ten times as much. */
const share = Number(process.env['MQ_SOAK'] ?? 1)

export function scaled(count: number): number {
  return Math.max(1, Math.round(count * share))
}

/** Resident memory in megabytes. */
export function residentMegabytes(pid: number | undefined): number {
  if (pid === undefined) throw new Error('a broker in a worker thread has no memory of its own to look at')
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024
}
