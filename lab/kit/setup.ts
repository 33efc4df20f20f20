/** What a test worker does around the checks of one file: catches stray errors, ends the brokers and the watchdog. */
import { afterAll } from 'vitest'
import { bookStray, currentRun, endRun } from './current.ts'
import { leaveEngines, startRabbitMQ } from './engine.ts'
import { startKafka } from './kafka-engine.ts'
import { endWatchdog } from './watchdog.ts'

// Files may share a worker (`npm test`): its listeners are put there once.
if (!process.listeners('unhandledRejection').includes(bookStray)) {
  process.on('unhandledRejection', bookStray)
  process.on('uncaughtException', bookStray)
}

// The broker boots while the checks and the subject are still being loaded; whoever needs it meets its failure there.
prepare().catch(() => {})

async function prepare(): Promise<void> {
  if (process.env.MQ_PREPARE === 'rabbitmq') await startRabbitMQ(currentRun())
  // One node: who needs three has it started by the lab.
  if (process.env.MQ_PREPARE === 'kafka') await startKafka(currentRun(), 1)
}

afterAll(async () => {
  try {
    await leaveEngines()
  } finally {
    await endRun()
    await endWatchdog()
  }
})
