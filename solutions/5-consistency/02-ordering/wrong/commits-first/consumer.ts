// mistake: commits the offset, then does the work
// refused by: consistency-02.5
// says: never took effect

/** The consumer of a wallet's events on Kafka: a partition keeps their order, and nothing that goes wrong may spoil it. */

import { type EachMessagePayload, Kafka } from 'kafkajs'
import type { Start } from '#lab/subject'
import { kafkaLog } from '#payments/kafka-log'
import { readLogEvent, WalletUnavailable } from '#payments/wallet-log'
import { projector } from './projector.ts'

/** Short ones, so that a restart takes a moment. A broker allows no session below 6 s. */
const timing = {
  sessionTimeout: 6_000,
  rebalanceTimeout: 10_000,
  heartbeatInterval: 300,
  maxWaitTimeInMs: 100,
}
/** Between two tries at a wallet that is out of service. */
const tryAgainMs = 100
const partitionsAtOnce = 4

export const start: Start = async (world) => {
  const database = world.openDatabase('wallets')
  const { take } = projector(database)
  const topic = world.name('wallets.events')
  const kafka = new Kafka({
    clientId: 'wallets',
    brokers: [...world.kafkaBrokers],
    logCreator: kafkaLog(world.log),
  })
  const consumer = kafka.consumer({
    groupId: world.name('wallets'),
    allowAutoTopicCreation: false,
    ...timing,
  })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) process.exit(1)
  })
  const stopping = new AbortController()

  async function work({ partition, message, pause }: EachMessagePayload): Promise<void> {
    const { value, offset } = message
    await consumer.commitOffsets([{ topic, partition, offset: (BigInt(offset) + 1n).toString() }])
    if (value !== null && !isTaken(value)) {
      // Not waited for in here: kafkajs fetches nothing more from a node as long as one of its batches is in work, so every partition
      // that the node leads would stand. This partition alone is paused, and comes back to this very record. A retry topic would
      // let everything behind it overtake.
      const resume = pause()
      consumer.seek({ topic, partition, offset })
      world.clock.sleep(tryAgainMs, stopping.signal).then(resume, () => {})
      return
    }
  }

  function isTaken(value: Buffer): boolean {
    try {
      take(readLogEvent(value))
      return true
    } catch (error) {
      if (error instanceof WalletUnavailable) return false
      throw error
    }
  }

  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: partitionsAtOnce,
    eachMessage: work,
  })
  return {
    async stop() {
      stopping.abort()
      await consumer.disconnect()
      database.close()
    },
  }
}
