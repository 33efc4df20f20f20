/** Every process that this one starts, directly or through vitest, so that none outlives an interruption. */
import { type ChildProcess, execFileSync } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { readdirSync, readFileSync } from 'node:fs'

const children = new Set<ChildProcess>()
let isTracking = false

/** From now on every child is remembered until it has exited. Safe to call twice. */
export function trackChildren(): void {
  if (isTracking) return
  isTracking = true
  subscribe('child_process', (message) => {
    const { process: child } = message as { process: ChildProcess }
    children.add(child)
    child.once('exit', () => children.delete(child))
    child.once('error', () => child.pid === undefined && children.delete(child))
  })
}

/** Ends the children and all they have started. SIGTERM lets them clean up; SIGKILL does not ask. */
export function killChildren(signal: 'SIGTERM' | 'SIGKILL'): void {
  const own = [...children].flatMap((child) => child.pid ?? [])
  // Whom the children started must be read before they die: afterwards nobody knows whose they were.
  for (const pid of [...own, ...descendants(own)]) {
    try {
      process.kill(pid, signal)
    } catch {
      // Already gone, which is what was wanted.
    }
  }
}

/** Resolves when no child is left, or when the time is up. */
export async function childrenGone(withinMs: number): Promise<void> {
  const waiting = [...children].map(
    (child) => new Promise<void>((resolve) => child.once('exit', () => resolve())),
  )
  let timer: NodeJS.Timeout | undefined
  await Promise.race([
    Promise.all(waiting),
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs)
    }),
  ])
  clearTimeout(timer)
}

/** The processes below the given ones, nearest first. */
function descendants(pids: readonly number[]): number[] {
  if (pids.length === 0) return []
  const parents = readParents()
  const found: number[] = []
  const known = new Set(pids)
  for (let before = -1; before !== known.size; ) {
    before = known.size
    for (const [pid, parent] of parents) {
      if (known.has(pid) || !known.has(parent)) continue
      known.add(pid)
      found.push(pid)
    }
  }
  return found
}

/** Process id to the id of its parent, from /proc where there is one, from `ps` elsewhere. */
function readParents(): Map<number, number> {
  const parents = new Map<number, number>()
  try {
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue
      const parent = readParent(entry)
      if (parent !== undefined) parents.set(Number(entry), parent)
    }
    return parents
  } catch {
    return parseProcessList()
  }
}

/** The parent stands behind the name, which is in parentheses and may hold anything. */
function readParent(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}

function parseProcessList(): Map<number, number> {
  try {
    const lines = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
    return new Map(lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]))
  } catch {
    return new Map()
  }
}
