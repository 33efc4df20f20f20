/** Where what is brought from elsewhere is kept. */
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Outside any repository: such things are large and shared by all of them. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mq-workbook')
}
