/** How a process is ended with all that it started. */
import { win32 } from 'node:path'

export interface Ending {
  readonly command: string
  readonly args: readonly string[]
}

/**
 * The command that ends a process and all below it, where a signal does not: Windows has none, and ends the one process alone
 * that is named. Nothing on other systems, where a run takes along what it started.
 */
export function endingOf(
  pid: number,
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): Ending | undefined {
  if (platform !== 'win32') return undefined
  // By its whole path: another program of this name may stand in the folder of the course.
  const windows = env['SystemRoot'] ?? env['windir'] ?? 'C:\\Windows'
  return {
    command: win32.join(windows, 'System32', 'taskkill.exe'),
    args: ['/PID', String(pid), '/T', '/F'],
  }
}
