/**
 * The Kafka clusters of this process: one of each size, started when the first lab asks for it, shared by all labs that
 * follow, gone when the process ends. Each lab has names of its own.
 */
import type { KafkaEngine } from '#brokers/engines'
import { startKafkaEngine } from '#brokers/engines/start'
import { launch } from './launch.ts'
import type { RunContext } from './run-context.ts'

const clusters = new Map<number, Promise<KafkaEngine>>()

/** Starts a cluster (once per process and size) on the engine that the run asks for. */
export function startKafka(run: RunContext, nodes: 1 | 3): Promise<KafkaEngine> {
  const known =
    clusters.get(nodes) ??
    launch(run, 'Kafka', async () => {
      const starting = startKafkaEngine(run.engine, { nodes })
      await Promise.allSettled([starting, loadKafka()])
      return plainly(await starting, run)
    })
  clusters.set(nodes, known)
  return known
}

/** What every lab on a Kafka needs, and none on RabbitMQ: two hundred modules, which are loaded while a cluster starts. */
async function loadKafka(): Promise<void> {
  await Promise.all([
    import('kafkajs'),
    import('./kafka-reader.ts'),
    import('./kafka-event.ts'),
    import('../faults/kafka-proxy.ts'),
  ])
}

/** Ends what was started. Safe to call when nothing was, and when a cluster is gone already. */
export async function stopKafka(): Promise<void> {
  const started = [...clusters.values()]
  clusters.clear()
  for (const starting of started) {
    const engine = await starting.catch(() => undefined)
    await engine?.[Symbol.asyncDispose]()
  }
}

/** A cluster that wants TLS or a log-in stands behind a proxy that does both, so that the lab and its subjects speak plainly. */
async function plainly(engine: KafkaEngine, run: RunContext): Promise<KafkaEngine> {
  const { connect } = engine
  if (connect === undefined) return engine
  const { openKafkaProxy } = await import('../faults/kafka-proxy.ts')
  const front = await openKafkaProxy({
    nodes: engine.addresses,
    lane: 'lab',
    now: () => run.now(),
    connect: (node) => connect(node),
  })
  return {
    engine: engine.engine,
    server: engine.server,
    capabilities: engine.capabilities,
    addresses: front.brokers.map((broker) => {
      const at = broker.lastIndexOf(':')
      return { host: broker.slice(0, at), port: Number(broker.slice(at + 1)) }
    }),
    isolate: (label) => engine.isolate(label),
    inspect: (prefix) => engine.inspect(prefix),
    elapse: (ms) => engine.elapse(ms),
    stop: () => engine.stop(),
    kill: () => engine.kill(),
    restart: () => engine.restart(),
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]()
      await engine[Symbol.asyncDispose]()
    },
  }
}
