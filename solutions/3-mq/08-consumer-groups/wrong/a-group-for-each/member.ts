// mistake: gives every instance a group of its own
// refused by: mq-08.1
// says: each reads every payment

import { randomUUID } from 'node:crypto'
import { Kafka } from 'kafkajs'
import type { Running, Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { kafkaLog } from '#payments/kafka-log'
import { Ledger, transfer } from '#payments/ledger'

/** What a running member can be asked. */
export interface Member extends Running {
  /** The partitions that it owns just now, ascending; none while the group is being rebalanced. */
  owned(): readonly number[]
}

/**
 * How long a member that is not heard of keeps its partitions: nobody reads them meanwhile. Shorter is sooner, and gives up members
 * that only had a slow moment; a broker allows no less than 6 s.
 */
const sessionTimeout = 6_000
/** The others hear of a rebalance with their next heartbeat: what a join costs depends on this one. */
const heartbeatInterval = 500
/** How long all others wait for a member that has a record in work. */
const rebalanceTimeout = 10_000

export const start: Start<Member> = async (world) => {
  const database = world.openDatabase('wallet')
  const ledger = new Ledger(database, world)
  const topic = world.name('payments')
  const kafka = new Kafka({
    clientId: 'wallet',
    brokers: [...world.kafkaBrokers],
    logCreator: kafkaLog(world.log),
  })
  const consumer = kafka.consumer({
    groupId: world.name(`wallet-${randomUUID()}`),
    allowAutoTopicCreation: false,
    sessionTimeout,
    heartbeatInterval,
    rebalanceTimeout,
    // A fetch that waits for records delays the next heartbeat.
    maxWaitTimeInMs: 100,
  })
  let owned: readonly number[] = []
  // Every generation of the group shares out anew: what was owned before means nothing any more.
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    owned = [...(payload.memberAssignment[topic] ?? [])].sort((a, b) => a - b)
  })
  consumer.on(consumer.events.REBALANCING, () => {
    owned = []
  })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    owned = []
    if (!payload.restart) process.exit(1)
  })

  await consumer.connect()
  // A partition that nobody has committed anything for begins at the beginning, whoever gets it.
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message }) => {
      const { payment_id, merchant_id, amount } = openEvent(message.value ?? Buffer.alloc(0)).data
      // After a rebalance the record may be somebody's who has booked it and could not commit: 'repeated' is a success.
      ledger.post({
        payment_id,
        kind: 'capture',
        legs: transfer('customers', `merchant:${merchant_id}`, amount),
      })
      const offset = (BigInt(message.offset) + 1n).toString()
      await consumer.commitOffsets([{ topic, partition, offset }])
    },
  })

  return {
    owned: () => owned,
    async stop() {
      // Leaves the group: its partitions have a new owner after one rebalance, not after a session timeout.
      await consumer.disconnect()
      database.close()
    },
  }
}
