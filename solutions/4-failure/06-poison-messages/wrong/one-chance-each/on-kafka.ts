// mistake: gives up at the first error, whichever it is
// refused by: failure-06.4
// says: was given up after 1 attempts

import type { Database } from 'better-sqlite3'
import { Kafka, type KafkaMessage, Partitioners } from 'kafkajs'
import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { kafkaLog } from '#payments/kafka-log'
import { Wallet } from '#payments/wallet'
import { attemptsMax } from './topology.ts'

/** Short ones, so that the place of a dead member is soon given to the next; a broker allows no session below 6 s. */
const timing = { sessionTimeout: 6000, rebalanceTimeout: 6000, heartbeatInterval: 300, maxWaitTimeInMs: 100 }

export const start: Start = async (world) => {
  const topic = world.name('payments')
  const database = world.openDatabase('wallet')
  const wallet = new Wallet(database, world)
  const attempts = new Attempts(database)
  const kafka = new Kafka({
    clientId: 'payments-wallet',
    brokers: [...world.kafkaBrokers],
    logCreator: kafkaLog(world.log),
  })
  const graveyard = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  const consumer = kafka.consumer({ groupId: world.name('wallet'), allowAutoTopicCreation: false, ...timing })

  /** Why the record is given up; undefined: it is booked. */
  function settle(place: string, value: Buffer | null): string | undefined {
    for (;;) {
      // Committed before anybody looks at the record: whoever dies of it can't write it down any more.
      const nth = attempts.begin(place)
      if (nth > attemptsMax) return `its consumer died of it, or with it, ${attemptsMax} times`
      try {
        wallet.book(openEvent(value ?? '').data)
        return undefined
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    }
  }

  async function bury(place: string, { key, value, headers }: KafkaMessage, reason: string): Promise<void> {
    const story = {
      'x-reason': reason,
      'x-attempts': String(Math.min(attempts.count(place), attemptsMax)),
      'x-origin': `${topic}/${place}`,
    }
    await graveyard.send({
      topic: world.name('payments.dead'),
      acks: -1,
      messages: [{ key, value, headers: { ...headers, ...story } }],
    })
  }

  await Promise.all([graveyard.connect(), consumer.connect()])
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    async eachMessage({ partition, message }) {
      const place = `${partition}/${message.offset}`
      const reason = settle(place, message.value)
      // If this fails the offset stays where it is, and the record comes again: in both topics is better than in none.
      if (reason !== undefined) await bury(place, message, reason)
      await consumer.commitOffsets([{ topic, partition, offset: (BigInt(message.offset) + 1n).toString() }])
    },
  })

  return {
    async stop() {
      await consumer.disconnect()
      await graveyard.disconnect()
      database.close()
    },
  }
}

/** How often each record was begun. By its place: a record that can't be read has no other name. */
class Attempts {
  readonly #begin
  readonly #count

  constructor(database: Database) {
    database.exec('CREATE TABLE IF NOT EXISTS begun (place TEXT PRIMARY KEY, times INTEGER NOT NULL) STRICT')
    this.#begin = database
      .prepare<[string], number>(
        'INSERT INTO begun VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times',
      )
      .pluck()
    this.#count = database.prepare<[string], number>('SELECT times FROM begun WHERE place = ?').pluck()
  }

  begin(place: string): number {
    return this.#begin.get(place) ?? 1
  }

  count(place: string): number {
    return this.#count.get(place) ?? 0
  }
}
