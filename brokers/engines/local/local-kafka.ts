/**
 * The engine that runs a real Kafka of this computer: it starts one, on loopback and with folders of its own, or takes the one that a
 * host keeps running.
 */
import { type RealKafka, type RunningKafka, runningKafka } from '../real-kafka.ts'
import { brokerHostUrl, hostedKafka } from './hosted.ts'
import { startRealKafka } from './kafka-cluster.ts'
import type { KafkaHome } from './kafka-home.ts'
import { findKafka } from './kafka-install.ts'
import { tidyingSettings } from './kafka-settings.ts'

export interface LocalKafkaOptions {
  /** Which one; left out: the one of KAFKA_HOME, or the one that was installed into the cache folder. */
  readonly home?: KafkaHome
  readonly nodes?: 1 | 3
  /** One for each node; 0, the default, picks a free one. */
  readonly ports?: readonly number[]
  /** Settings of every node, by Kafka's own names. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
}

/** Starts one; dispose it when done. @throws EngineError if there is none, or with the end of its log. */
export async function localKafka(options: LocalKafkaOptions = {}): Promise<RealKafka> {
  const host = isPlain(options) ? brokerHostUrl() : undefined
  const cluster =
    host === undefined ? await startKafkaForLabs(options) : await hostedKafka(host, options.nodes ?? 1)
  return runningKafka('local', cluster)
}

/** The same without the engine around it. @throws EngineError */
export async function startKafkaForLabs({
  home,
  settings,
  ...rest
}: LocalKafkaOptions = {}): Promise<RunningKafka> {
  const all = { ...tidyingSettings, ...settings }
  return await startRealKafka({ home: home ?? (await findKafka()), settings: all, ...rest })
}

/** Whether any cluster of that size will do. */
function isPlain({ home, ports = [], settings = {} }: LocalKafkaOptions): boolean {
  return home === undefined && ports.every((port) => port === 0) && Object.keys(settings).length === 0
}
