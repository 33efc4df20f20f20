/** The memory of this process and all that it has started, at its highest. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const everyMs = 1_000

export class MemoryWatch {
  /** Megabytes resident, all processes together; nothing where it could not be seen. */
  peakMb: number | undefined
  readonly #timer: NodeJS.Timeout

  constructor() {
    this.#timer = setInterval(() => void this.look(), everyMs)
    this.#timer.unref()
  }

  async look(): Promise<void> {
    const kb = await residentKb(process.pid)
    if (kb !== undefined) this.peakMb = Math.max(this.peakMb ?? 0, Math.round(kb / 1024))
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** Of a process and its descendants, as `ps` knows them; nothing where there is no `ps`. */
async function residentKb(pid: number): Promise<number | undefined> {
  const listed = await run('ps', ['-A', '-o', 'pid=,ppid=,rss=']).catch(() => undefined)
  if (listed === undefined) return undefined
  const rows = listed.stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const family = new Set([pid])
  for (const each of family)
    for (const [child, parent] of rows) if (parent === each && child !== undefined) family.add(child)
  return rows.reduce(
    (sum, [each, , kb]) => (each !== undefined && family.has(each) ? sum + (kb ?? 0) : sum),
    0,
  )
}
