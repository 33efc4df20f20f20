// mistake: logs what could not be applied, and goes on
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

  async function work({ partition, message }: EachMessagePayload): Promise<void> {
    const { value, offset } = message
    if (value !== null && !isTaken(value))
      world.log(`${offset} of partition ${partition} could not be applied`)
    // Behind the effect, and only then.
    await consumer.commitOffsets([{ topic, partition, offset: (BigInt(offset) + 1n).toString() }])
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
      await consumer.disconnect()
      database.close()
    },
  }
}
