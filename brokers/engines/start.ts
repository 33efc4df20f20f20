/** Starts brokers of the engine that was asked for; each engine's code is loaded when it is asked for. */
import type { Capability, EngineName, Freezable, KafkaEngine, KafkaNodes, RabbitMQEngine } from './engine.ts'
import { EngineError, type Sentence } from './engine-error.ts'

export { EngineError }

/** Resolves, with the end of its log, when a real broker that runs here ends without being told to. */
interface Watched {
  readonly crashed: Promise<Sentence>
}
export type StartedRabbitMQ = RabbitMQEngine &
  Partial<Freezable & Watched & { readonly managementUrl: string }>

export interface RabbitMQWanted {
  /** 0, the default, picks a free one; a broker that is there already keeps its own. */
  readonly port?: number
  readonly managementPort?: number
}
/** Calls for single nodes are there where the engine can do `nodes`. */
export type StartedKafka = KafkaEngine & Partial<KafkaNodes & Freezable & Watched>

export interface KafkaWanted {
  readonly nodes?: 1 | 3
  /** One for each node; 0, the default, picks a free one; a cluster that is there already keeps its own. */
  readonly ports?: readonly number[]
  /** Settings of every node, by Kafka's own names; a cluster that is there already keeps its own. */
  readonly config?: Readonly<Record<string, string>>
}

/** What each engine can do, at best: for telling which one to take instead. */
export const capabilitiesByEngine: Readonly<Record<EngineName, readonly Capability[]>> = {
  embedded: ['kill', 'freeze', 'nodes', 'inspect', 'virtual-time', 'tidies', 'tls'],
  local: ['kill', 'freeze', 'nodes', 'inspect', 'tidies'],
  docker: ['kill', 'freeze', 'nodes', 'inspect', 'tidies'],
  url: ['inspect'],
}

/** Those that can do all of it, the one that needs least first. */
export function enginesThatCan(capabilities: readonly Capability[]): EngineName[] {
  const names = Object.keys(capabilitiesByEngine) as EngineName[]
  return names.filter((name) => capabilities.every((each) => capabilitiesByEngine[name].includes(each)))
}

/** Starts a RabbitMQ; dispose it when done. @throws EngineError, or Error with the end of its log */
export async function startRabbitMQEngine(
  name: EngineName,
  wanted: RabbitMQWanted = {},
): Promise<StartedRabbitMQ> {
  switch (name) {
    case 'embedded':
      return (await import('./embedded.ts')).embeddedRabbitMQ({ port: wanted.port ?? 0 })
    case 'local':
      return (await import('./local/local-rabbitmq.ts')).localRabbitMQ(wanted)
    case 'docker':
      return (await import('./docker/docker-rabbitmq.ts')).dockerRabbitMQ(wanted)
    case 'url':
      return (await import('./url/url-rabbitmq.ts')).urlRabbitMQ()
  }
}

/** Starts a Kafka; dispose it when done. @throws EngineError, or Error with the end of its log */
export async function startKafkaEngine(
  name: EngineName,
  { nodes = 1, ports = Array<number>(nodes).fill(0), config = {} }: KafkaWanted = {},
): Promise<StartedKafka> {
  switch (name) {
    case 'embedded':
      return (await import('./embedded-kafka.ts')).embeddedKafka({ nodes, ports: [...ports], config })
    case 'local':
      return (await import('./local/local-kafka.ts')).localKafka({ nodes, ports, settings: config })
    case 'docker':
      return (await import('./docker/docker-kafka.ts')).dockerKafka({ nodes, ports, settings: config })
    case 'url':
      return (await import('./url/url-kafka.ts')).urlKafka({ nodes })
  }
}
