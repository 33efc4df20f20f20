/** Starts the brokers that a run's checks will want (`MQ_PREPARE`), so that they boot while the checks are still being loaded. */
import { currentRun } from './current.ts'
import { startRabbitMQ } from './engine.ts'
import { startKafka } from './kafka-engine.ts'

/** Whoever needs them meets their failure. Safe to call twice: a process has one of each. */
export function prepareBrokers(): void {
  prepared().catch(() => {})
}

async function prepared(): Promise<void> {
  switch (process.env.MQ_PREPARE) {
    case 'rabbitmq':
      return void (await startRabbitMQ(currentRun()))
    case 'kafka-1':
      return void (await startKafka(currentRun(), 1))
    case 'kafka-3':
      return void (await startKafka(currentRun(), 3))
  }
}
