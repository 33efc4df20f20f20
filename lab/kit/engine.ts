/**
 * The brokers of this process: started when the first lab asks, shared by all labs that follow, gone when the
 * process ends. Each lab works in a vhost, or under names, of its own.
 */
import { performance } from 'node:perf_hooks'
import type { EngineName, KafkaEngine, RabbitMQEngine } from '#brokers/engines'
import {
  EngineError,
  type KafkaWanted,
  type StartedKafka,
  type StartedRabbitMQ,
  startKafkaEngine,
  startRabbitMQEngine,
} from '#brokers/engines/start'
import { text } from '../verdict/language.ts'
import { CannotTell, messageOf } from './failure.ts'
import type { RunContext } from './run-context.ts'

/** How long things may take on an engine. */
export interface Limits {
  /** A lab must be open by then, a broker's start included. */
  readonly openMs: number
  /** A scenario must be over by then. */
  readonly scenarioMs: number
}

/** Real brokers start in seconds, and on them time passes only by waiting. */
export function limitsOf(engine: EngineName): Limits {
  return engine === 'embedded'
    ? { openMs: 10_000, scenarioMs: 9_000 }
    : { openMs: 90_000, scenarioMs: 60_000 }
}

let rabbitmq: Promise<StartedRabbitMQ> | undefined
const kafkas = new Map<string, Promise<StartedKafka>>()

/** Starts RabbitMQ (once per process) on the engine that the run asks for. */
export function startRabbitMQ(run: RunContext): Promise<StartedRabbitMQ> {
  rabbitmq ??= launch(run, 'RabbitMQ', () => startRabbitMQEngine(run.engine))
  return rabbitmq
}

/** Starts Kafka (once per process for what is wanted) on the engine that the run asks for. */
export function startKafka(run: RunContext, wanted: KafkaWanted = {}): Promise<StartedKafka> {
  const key = JSON.stringify(wanted)
  const known = kafkas.get(key)
  if (known !== undefined) return known
  const starting = launch(run, 'Kafka', () => startKafkaEngine(run.engine, wanted))
  kafkas.set(key, starting)
  return starting
}

/** Ends what was started. Safe to call when nothing was, and when a broker is gone already. */
export async function stopEngines(): Promise<void> {
  const started = [rabbitmq, ...kafkas.values()]
  rabbitmq = undefined
  kafkas.clear()
  await Promise.all(
    started.map(async (starting) => {
      const engine = await starting?.catch(() => undefined)
      await engine?.[Symbol.asyncDispose]()
    }),
  )
}

async function launch<Engine extends RabbitMQEngine | KafkaEngine>(
  run: RunContext,
  product: string,
  start: () => Promise<Engine>,
): Promise<Engine> {
  const began = performance.now()
  try {
    const engine = await start()
    const tookMs = Math.round(performance.now() - began)
    run.emit({ kind: 'broker', server: engine.server, state: 'ready', tookMs })
    return engine
  } catch (error) {
    const cause = { cause: error }
    if (error instanceof EngineError) throw new CannotTell(text(error.said.en, error.said.vi), cause)
    const what = messageOf(error)
    throw new CannotTell(
      text(
        `the ${run.engine} ${product} did not start: ${what}`,
        `${product} của engine ${run.engine} không khởi động được: ${what}`,
      ),
      cause,
    )
  }
}
