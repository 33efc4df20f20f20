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
let hasMovedClock = false

/** Starts RabbitMQ (once per process) on the engine that the run asks for. */
export function startRabbitMQ(run: RunContext): Promise<RabbitMQEngine> {
  rabbitmq ??= launch(run, 'RabbitMQ', () => startRabbitMQEngine(run.engine))
  return rabbitmq
}

/** A broker's clock is ahead from now on: what it stamps comes from a future that no check of another file knows of. */
export function noteMovedClock(): void {
  hasMovedClock = true
}

/**
 * After the checks of one file: ends the brokers, unless the files of a worker share them (`MQ_KEEP_BROKERS`), as the checks of one file
 * do. Those whose clock was moved are not shared.
 */
export async function leaveEngines(): Promise<void> {
  if (process.env.MQ_KEEP_BROKERS !== '1' || hasMovedClock) await stopEngines()
}

/** Ends what was started. Safe to call when nothing was, and when the broker is gone already. */
export async function stopEngines(): Promise<void> {
  const started = rabbitmq
  rabbitmq = undefined
  hasMovedClock = false
  const engine = await started?.catch(() => undefined)
  await engine?.[Symbol.asyncDispose]()
  await stopKafka()
}
