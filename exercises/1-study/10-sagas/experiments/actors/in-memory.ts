/** The orchestrator that keeps its sagas in memory. */
import type { Running, World } from '#lab/subject'
import { startInMemory } from './orchestrator.ts'

export function start(world: World): Promise<Running> {
  return startInMemory(world)
}
