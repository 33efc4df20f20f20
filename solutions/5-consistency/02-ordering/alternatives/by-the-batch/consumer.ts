// way: takes whole batches, and resolves each record when it has had its effect; what is not resolved is fetched again

/** The consumer of a wallet's events on Kafka: a partition keeps their order, and nothing that goes wrong may spoil it. */

import { type EachBatchPayload, Kafka } from 'kafkajs'
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

  async function work(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset, commitOffsetsIfNecessary, isRunning, isStale, pause } = payload
    for (const { value, offset } of batch.messages) {
      if (!isRunning() || isStale()) return
      if (value !== null && !isTaken(value)) {
        const resume = pause()
        world.clock.sleep(tryAgainMs, stopping.signal).then(resume, () => {})
        return
      }
      resolveOffset(offset)
      await commitOffsetsIfNecessary()
      await heartbeat()
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
    autoCommitThreshold: 1,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: partitionsAtOnce,
    eachBatch: work,
  })
  return {
    async stop() {
      stopping.abort()
      await consumer.disconnect()
      database.close()
    },
  }
}
