/** The orchestrator that stores its sagas. */
import type { Running, World } from '#lab/subject'
import { startStored } from './orchestrator.ts'

export function start(world: World): Promise<Running> {
  return startStored(world)
}
