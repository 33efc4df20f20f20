/** What a test worker does around the checks of one file: catches stray errors, ends the brokers and the watchdog. */
import { afterAll } from 'vitest'
import { bookStray, currentRun, endRun } from './current.ts'
import { startRabbitMQ, stopEngines } from './engine.ts'
import { endWatchdog } from './watchdog.ts'

process.on('unhandledRejection', bookStray)
process.on('uncaughtException', bookStray)

// The broker boots while the checks and the subject are still being loaded; whoever needs it meets its failure there.
if (process.env.MQ_PREPARE === 'rabbitmq') prepare().catch(() => {})

async function prepare(): Promise<void> {
  await startRabbitMQ(currentRun())
}

afterAll(async () => {
  try {
    await stopEngines()
  } finally {
    await endRun()
    await endWatchdog()
  }
})
