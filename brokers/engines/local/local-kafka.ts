/** The engine that runs a real Kafka of this computer: it starts one, on loopback and with folders of its own. */
import { type RealKafka, runningKafka } from '../real-kafka.ts'
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
export async function localKafka({ home, settings, ...rest }: LocalKafkaOptions = {}): Promise<RealKafka> {
  const all = { ...tidyingSettings, ...settings }
  return runningKafka(
    'local',
    await startRealKafka({ home: home ?? (await findKafka()), settings: all, ...rest }),
  )
}
