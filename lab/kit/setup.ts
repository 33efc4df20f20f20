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
  switch (process.env.MQ_PREPARE) {
    case 'rabbitmq':
      return void (await startRabbitMQ(currentRun()))
    case 'kafka-1':
      return void (await startKafka(currentRun(), 1))
    case 'kafka-3':
      return void (await startKafka(currentRun(), 3))
  }
}

afterAll(async () => {
  try {
    await leaveEngines()
  } finally {
    await endRun()
    await endWatchdog()
  }
})
