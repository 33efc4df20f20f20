/** A run on a cluster of its own, in this thread: raw clients, real sockets. */
import { completeOptions } from '../kafka.ts'
import { KafkaServer } from '../server.ts'
import type { History } from './history.ts'
import { type RunOptions, runHistory } from './run.ts'

export async function recordedRun(options: RunOptions): Promise<History> {
  const server = new KafkaServer(completeOptions({ nodes: 3, seed: options.seed }))
  const ports = await server.listen()
  try {
    return await runHistory(server, ports, options)
  } finally {
    await server.stop()
  }
}
