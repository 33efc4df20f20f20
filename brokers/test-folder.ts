/** For tests that write, damage and read files thousands of times: a folder whose files are in memory, where the computer has that. */
import { mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Linux keeps files here in memory. A container's may be small: then the disk it is. */
const inMemory = '/dev/shm'
const BYTES_MIN = 48 * 1024 * 1024

/**
 * Makes an empty folder for one test file, which removes it. What a store makes of its files is the same on a disk, only that each `fsync`
 * of thousands waits for one.
 */
export function testFolder(name: string): string {
  try {
    const { bavail, bsize } = statfsSync(inMemory)
    if (bavail * bsize >= BYTES_MIN) return mkdtempSync(join(inMemory, `mq-${name}-`))
  } catch {
    // There is none, or it may not be written to.
  }
  return mkdtempSync(join(tmpdir(), `mq-${name}-`))
}
