/** The card gateway as a process of its own. It is not ours: it fails in its own ways, and is never killed. */
import type { Running, World } from '#lab/subject'
import { type CardAnswer, type CardOperation, startCardGateway } from '#payments/card-gateway'
import { tellCardGateway } from '#payments/saga-card'

export interface Gateway extends Running {
  /** What the next calls under new keys will meet. */
  script(answers: readonly CardAnswer[]): Promise<void>
  operations(): Promise<readonly CardOperation[]>
}

export async function start(world: World): Promise<Gateway> {
  const gateway = await startCardGateway()
  tellCardGateway(world.openDatabase('addresses'), gateway.url)
  return {
    async script(answers) {
      gateway.script(...answers)
    },
    async operations() {
      return gateway.operations
    },
    stop: () => gateway.stop(),
  }
}
