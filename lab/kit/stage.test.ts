/** What a scenario says of itself: the brokers that it plays on, and the time that it may take. */
import { expect, it } from 'vitest'
import type { Lab } from './lab.ts'
import { onBoth, onKafka, unhurried } from './stage.ts'

const lab = {} as Lab
const play = async (given: Lab): Promise<boolean> => given === lab

it('keeps its brokers when it is given more time, and plays as before', async () => {
  const slow = unhurried(onBoth({ nodes: 3 }, play))

  expect(slow.brokers).toEqual({ rabbitmq: true, kafka: 3 })
  expect(slow.msMax).toBeGreaterThan(30_000)
  expect(await slow(lab)).toBe(true)
})

it('plays on RabbitMQ alone if it says nothing, and leaves the scenario that it wraps as it was', () => {
  const quick = onKafka({ nodes: 1 }, play)

  expect(unhurried(play).brokers).toBeUndefined()
  expect(unhurried(quick)).not.toBe(quick)
  expect(quick.msMax).toBeUndefined()
})
