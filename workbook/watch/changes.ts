/**
 * Notices saves in a folder. Editors write in place, or beside and then rename; both end in other contents, so
 * contents decide, and an event is only a reason to look.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, watch } from 'node:fs'
import { join } from 'node:path'

export type WatchMode = 'auto' | 'poll' | 'off'

/** Some editors touch a file three times to save it once. */
const debounceMs = 25
const pollMs = 250

/**
 * Calls `onChange` after each change of contents. Answers how to stop.
 * @param beside files that stand elsewhere and count too; they are few, so they are polled
 */
export function watchFolder(
  folder: string,
  mode: WatchMode,
  onChange: () => void,
  beside: readonly string[] = [],
): () => void {
  if (mode === 'off') return () => {}
  const contents = (): string => fingerprint(folder) + beside.map(fingerprintOf).join()
  let last = contents()
  const look = () => {
    const now = contents()
    if (now === last) return
    last = now
    onChange()
  }
  return mode === 'poll' || beside.length > 0 ? poll(look) : listen(folder, look)
}

function poll(look: () => void): () => void {
  const timer = setInterval(look, pollMs)
  return () => clearInterval(timer)
}

/** Falls back to polling where the system has no more watchers to give, or loses the folder. */
function listen(folder: string, look: () => void): () => void {
  let timer: NodeJS.Timeout | undefined
  let stop = () => {}
  try {
    const watcher = watch(folder, { recursive: true }, () => {
      clearTimeout(timer)
      timer = setTimeout(look, debounceMs)
    })
    stop = () => watcher.close()
    watcher.on('error', () => {
      watcher.close()
      stop = poll(look)
    })
  } catch {
    stop = poll(look)
  }
  return () => {
    clearTimeout(timer)
    stop()
  }
}

function fingerprintOf(file: string): string {
  try {
    return createHash('sha1').update(readFileSync(file)).digest('hex')
  } catch {
    // Between the removal and the rename of a save.
    return ''
  }
}

/** One value for all contents of a folder. A file that is just being replaced counts as empty and is seen again. */
export function fingerprint(folder: string): string {
  const hash = createHash('sha1')
  for (const name of listFiles(folder)) {
    hash.update(`\0${name}\0`)
    try {
      hash.update(readFileSync(join(folder, name)))
    } catch {
      // Between the removal and the rename of a save.
    }
  }
  return hash.digest('hex')
}

/** Files that a save may concern; swap and backup files of editors are not among them. */
function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|md|json|sql)$/.test(name) && !/(?:^|[\\/])[.#~]/.test(name))
      .sort()
  } catch {
    return []
  }
}
