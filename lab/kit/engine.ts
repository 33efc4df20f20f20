/**
 * The brokers of this process: started when the first lab asks, shared by all labs that follow, gone when the
 * process ends. Each lab works in a vhost of its own.
 */
import type { RabbitMQEngine } from '#brokers/engines'
import { startRabbitMQEngine } from '#brokers/engines/start'
import { stopKafka } from './kafka-engine.ts'
import { launch } from './launch.ts'
import type { RunContext } from './run-context.ts'

let rabbitmq: Promise<RabbitMQEngine> | undefined

/** Starts RabbitMQ (once per process) on the engine that the run asks for. */
export function startRabbitMQ(run: RunContext): Promise<RabbitMQEngine> {
  rabbitmq ??= launch(run, 'RabbitMQ', () => startRabbitMQEngine(run.engine))
  return rabbitmq
}

/** Ends what was started. Safe to call when nothing was, and when the broker is gone already. */
export async function stopEngines(): Promise<void> {
  const started = rabbitmq
  rabbitmq = undefined
  const engine = await started?.catch(() => undefined)
  await engine?.[Symbol.asyncDispose]()
  await stopKafka()
}
