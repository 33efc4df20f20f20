/** The service that marks a transfer as processed before its first step. */
import type { Running, World } from '#lab/subject'
import { startService } from './service.ts'

export function start(world: World): Promise<Running> {
  return startService(world, 'remembers too early')
}
