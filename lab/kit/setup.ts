/** What a test worker does around the checks of one file: catches stray errors, ends the brokers and the watchdog. */
import { afterAll } from 'vitest'
import { bookStray, endRun } from './current.ts'
import { stopEngines } from './engine.ts'
import { endWatchdog } from './watchdog.ts'

process.on('unhandledRejection', bookStray)
process.on('uncaughtException', bookStray)

afterAll(async () => {
  await stopEngines()
  await endRun()
  await endWatchdog()
})
