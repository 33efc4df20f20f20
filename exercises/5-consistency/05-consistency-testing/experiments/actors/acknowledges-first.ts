/** The service that acknowledges before it books. */
import type { Running, World } from '#lab/subject'
import { startService } from './service.ts'

export function start(world: World): Promise<Running> {
  return startService(world, 'acknowledges first')
}
