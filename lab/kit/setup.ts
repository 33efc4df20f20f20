/** What a test worker does around the checks of one file: catches stray errors and ends the brokers. */
import { afterAll } from 'vitest'
import { bookStray, endRun } from './current.ts'
import { leaveEngines } from './engine.ts'
import { prepareBrokers } from './prepare.ts'

// Files may share a worker (`npm test`): its listeners are put there once.
if (!process.listeners('unhandledRejection').includes(bookStray)) {
  process.on('unhandledRejection', bookStray)
  process.on('uncaughtException', bookStray)
}

prepareBrokers()

afterAll(async () => {
  try {
    await leaveEngines()
  } finally {
    await endRun()
  }
})
