/**
 * What a test worker does around each file of wire tests, since files share it: what waits for a next start ends with the file that
 * asked for it, and a setting that a file changes has to be put back.
 */
import { afterAll } from 'vitest'
import { discardSpares as discardSpareRabbitMQs } from '#brokers/amqp'
import { discardSpares as discardSpareKafkas } from '#brokers/kafka'
import { discardSpareActors } from '../actors/actor.ts'
import { stopEngines } from './engine.ts'

/** Vitest's own, which differ from file to file. */
const ofVitest = /^VITEST/

const settings = () =>
  Object.entries(process.env)
    .filter(([name]) => !ofVitest.test(name))
    .map(([name, value]) => `${name}=${value}`)

const before = new Set(settings())

// Registered before those of the file, hence the last to run.
afterAll(async () => {
  await stopEngines()
  await Promise.all([discardSpareRabbitMQs(), discardSpareKafkas(), discardSpareActors()])
  const after = settings()
  const changed = [
    ...after.filter((setting) => !before.has(setting)),
    ...[...before].filter((setting) => !after.includes(setting)),
  ]
  if (changed.length > 0)
    throw new Error(`This file leaves other settings behind than it found: ${changed.join(', ')}`)
})
