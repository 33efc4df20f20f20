// way: keeps what an unavailable wallet refuses in the database and tries it again later, so that no partition ever stands

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
  database.exec('CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT')
  const keep = database.prepare('INSERT INTO kept (event) VALUES (?)')
  const kept = database.prepare('SELECT id, event FROM kept ORDER BY id')
  const drop = database.prepare('DELETE FROM kept WHERE id = ?')
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

  async function work({ partition, message }: EachMessagePayload): Promise<void> {
    const { value, offset } = message
    // Kept before it is committed. Whatever of this wallet comes behind it finds a gap in the sequence, and waits by itself.
    if (value !== null && !isTaken(value)) keep.run(value.toString())
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

  const trying = (async () => {
    while (!stopping.signal.aborted) {
      for (const { id, event } of kept.all() as { id: number; event: string }[])
        if (isTaken(Buffer.from(event))) drop.run(id)
      await world.clock.sleep(tryAgainMs, stopping.signal)
    }
  })().catch(() => {})

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
      await trying
      await consumer.disconnect()
      database.close()
    },
  }
}
