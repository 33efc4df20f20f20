/** Files that are read whole and written whole: a reader sees the old one or the new one, never half of either. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { stamp } from '../state/json-file.ts'

let writes = 0

/** Writes beside and renames over. Throws what the file system says. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}-${++writes}.tmp`
  try {
    writeFileSync(beside, content)
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** Reads bytes; `undefined` when there is no such file. Throws when there is one that can't be read. */
export function readWhole(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined
    throw error
  }
}

/** Renames a file that can't be used to `<name>.broken-<timestamp>`. Answers the new name, or `undefined` when it can't. */
export function moveAside(path: string, now: Date): string | undefined {
  const aside = freeName(`${path}.broken-${stamp(now)}`)
  try {
    renameSync(path, aside)
    return basename(aside)
  } catch {
    return undefined
  }
}

/** The path itself, or with a number behind it when something stands there already. */
export function freeName(path: string): string {
  let candidate = path
  for (let number = 2; existsSync(candidate); number++) candidate = `${path}-${number}`
  return candidate
}

/** How long one waits for another process that is writing the same file, and when its lock counts as left behind. */
const lock = { attemptsMax: 80, pauseMs: 25, abandonedAfterMs: 5000 }

/**
 * Runs `change` while no other process changes the same file. A lock that its owner left behind is taken over; one
 * that stays busy is ignored in the end, since what it guards is one run at most, and waiting for ever would cost more.
 */
export function withLock<Result>(path: string, change: () => Result): Result {
  mkdirSync(dirname(path), { recursive: true })
  const lockPath = join(dirname(path), `.${basename(path)}.lock`)
  const isOurs = takeLock(lockPath)
  try {
    return change()
  } finally {
    if (isOurs) rmSync(lockPath, { force: true })
  }
}

function takeLock(lockPath: string): boolean {
  for (let attempt = 0; attempt < lock.attemptsMax; attempt++) {
    try {
      writeFileSync(lockPath, String(process.pid), { flag: 'wx' })
      return true
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
    if (isAbandoned(lockPath)) rmSync(lockPath, { force: true })
    else pause(lock.pauseMs)
  }
  return false
}

function isAbandoned(lockPath: string): boolean {
  try {
    return Date.now() - statSync(lockPath).mtimeMs > lock.abandonedAfterMs
  } catch {
    return false
  }
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** Whether an error is the file system's with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return codeOf(error) === code
}

/** The file system's code, such as `EACCES`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
