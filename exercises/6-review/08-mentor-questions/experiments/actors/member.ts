/** A member of the group that processes what it gets and commits nothing: it is there to be killed. */
import kafkajs from 'kafkajs'
import type { Running, World } from '#lab/subject'
import { kafkaLog } from '#payments/kafka-log'

interface Member extends Running {
  /** What it has now, and what it has processed so far. */
  told(): Promise<{ readonly assigned: readonly number[]; readonly processed: readonly string[] }>
}

export async function start(world: World): Promise<Member> {
  const topic = world.name('payments')
  const kafka = new kafkajs.Kafka({
    clientId: 'doomed',
    brokers: [...world.kafkaBrokers],
    logCreator: kafkaLog(world.log),
    retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 40 },
  })
  const consumer = kafka.consumer({
    groupId: world.name('wallets'),
    sessionTimeout: 6000,
    heartbeatInterval: 100,
    maxWaitTimeInMs: 50,
    allowAutoTopicCreation: false,
  })
  let assigned: readonly number[] = []
  const processed: string[] = []
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    assigned = payload.memberAssignment[topic] ?? []
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    async eachMessage({ message }) {
      processed.push(String(message.value))
    },
  })
  return {
    async told() {
      return { assigned, processed }
    },
    stop: () => consumer.disconnect(),
  }
}
