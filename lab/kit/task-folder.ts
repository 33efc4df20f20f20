/** Which task the checks of a test file belong to: the one in whose folder the file lies, unless it was loaded from elsewhere. */
import { dirname } from 'node:path'

/**
 * The folder of the task. `npm run verify` plays the checks of a task on one subject after the other in one worker, from
 * files of its own that name the task's folder in `MQ_TASK`.
 */
export function taskFolderOf(testFile: string): string {
  return process.env.MQ_TASK || dirname(testFile)
}
