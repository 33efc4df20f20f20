/**
 * The brokers of this process: started when the first lab asks, shared by all labs that follow, gone when the
 * process ends. Each lab works in a vhost of its own.
 */
import { performance } from 'node:perf_hooks'
import type { RabbitMQEngine } from '#brokers/engines'
import { text } from '../verdict/language.ts'
import { CannotTell, messageOf } from './failure.ts'
import { stopKafka } from './kafka-engine.ts'
import type { RunContext } from './run-context.ts'

let rabbitmq: Promise<RabbitMQEngine> | undefined

/** Starts RabbitMQ (once per process) on the engine that the run asks for. */
export function startRabbitMQ(run: RunContext): Promise<RabbitMQEngine> {
  rabbitmq ??= launch(run)
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

async function launch(run: RunContext): Promise<RabbitMQEngine> {
  if (run.engine !== 'embedded') {
    throw new CannotTell(
      text(
        `the engine "${run.engine}" is planned and not there yet`,
        `engine "${run.engine}" đã có trong kế hoạch nhưng chưa làm xong`,
      ),
      { enginesThatCan: ['embedded'] },
    )
  }
  const began = performance.now()
  try {
    const { embeddedRabbitMQ } = await import('#brokers/engines/embedded')
    const engine = await embeddedRabbitMQ()
    run.emit({
      kind: 'broker',
      server: engine.server,
      state: 'ready',
      tookMs: Math.round(performance.now() - began),
    })
    return engine
  } catch (error) {
    const what = messageOf(error)
    throw new CannotTell(
      text(`the embedded RabbitMQ did not start: ${what}`, `RabbitMQ nhúng không khởi động được: ${what}`),
      {
        cause: error,
      },
    )
  }
}
