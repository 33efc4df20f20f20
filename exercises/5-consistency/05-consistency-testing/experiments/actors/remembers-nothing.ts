/** The service without an inbox. */
import type { Running, World } from '#lab/subject'
import { startService } from './service.ts'

export function start(world: World): Promise<Running> {
  return startService(world, 'remembers nothing')
}
