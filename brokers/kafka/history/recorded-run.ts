/** Runs on clusters of their own, in this thread, over real sockets: with raw clients, or with kafkajs. */
import { completeOptions } from '../kafka.ts'
import { KafkaServer } from '../server.ts'
import type { History } from './history.ts'
import { runKafkajsHistory } from './kafkajs-run.ts'
import { type RunOptions, runHistory } from './run.ts'

export function recordedRun(options: RunOptions): Promise<History> {
  return onCluster(options.seed, (server, ports) => runHistory(server, ports, options))
}

export function recordedKafkajsRun(options: { seed: number }): Promise<History> {
  return onCluster(options.seed, (server, ports) => runKafkajsHistory(server, ports, options))
}

async function onCluster(
  seed: number,
  run: (server: KafkaServer, ports: readonly number[]) => Promise<History>,
): Promise<History> {
  const server = new KafkaServer(completeOptions({ nodes: 3, seed }))
  const ports = await server.listen()
  try {
    return await run(server, ports)
  } finally {
    await server.stop()
  }
}
