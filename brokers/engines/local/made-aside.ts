/** A folder that is made aside and renamed, so that one that is there is complete. What was made in vain goes, however we end. */
import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Watch } from './watch.ts'

/** @param make fills the folder that it is given, which exists; it tells of processes that must not outlive us */
export async function makeAside(
  folder: string,
  make: (part: string, watch: Watch) => Promise<void>,
): Promise<void> {
  const part = `${folder}.part-${process.pid}`
  await mkdir(dirname(folder), { recursive: true })
  const watch = await Watch.over(part)
  try {
    await mkdir(part, { recursive: true })
    await make(part, watch)
    // Somebody else may have been faster; what they brought is the same.
    if (!existsSync(folder)) await rename(part, folder)
  } finally {
    await watch.end()
  }
}
