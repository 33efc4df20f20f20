// mistake: closes the channel while answers are on their way
// refused by: review-05.4
// says: nothing in your code waits for

/** Books payments: reads each, asks the directory for its merchant, books it. Many at a time, and each merchant's in their order. */
import amqp, { type ConsumeMessage } from 'amqplib'
import type { Running, World } from '#lab/subject'
import type { Payment } from '#payments/events'

/** What is to be done with each message. The lab brings it; what it costs is the lab's, when it is called is ours. */
export interface Stages {
  /** Parses and validates a body. */
  read(content: Buffer): Payment
  /** Asks the directory, a service of its own. What it says of a merchant may be a minute old. */
  find(merchantId: string): Promise<{ readonly account: string }>
  /** Books the payment into the books, in one transaction. */
  book(payment: Payment, account: string): void
}

/** So many questions are on their way at a time: the directory is waited for, and not the processor. */
const prefetch = 32

export async function start(world: World, stages: Stages): Promise<Running> {
  const connection = await amqp.connect(world.amqpUrl, { noDelay: true })
  connection.on('error', (error: Error) => world.log(error.message))
  const channel = await connection.createChannel()
  await channel.prefetch(prefetch)
  /** What the last payment of each merchant waits for; whoever comes next waits for it. */
  const lanes = new Map<string, Promise<void>>()

  function work(message: ConsumeMessage): void {
    const payment = stages.read(message.content)
    // Asked at once, whoever is before it: only the booking has an order.
    const asked = stages.find(payment.merchant_id)
    asked.catch(() => {})
    const before = lanes.get(payment.merchant_id) ?? Promise.resolve()
    const lane = before
      .then(async () => {
        const { account } = await asked
        stages.book(payment, account)
        await new Promise((resolve) => setTimeout(resolve, 50))
        channel.ack(message)
      })
      .catch((error: unknown) => {
        world.log(String(error))
        channel.nack(message, false, false)
      })
      .finally(() => {
        if (lanes.get(payment.merchant_id) === lane) lanes.delete(payment.merchant_id)
      })
    lanes.set(payment.merchant_id, lane)
  }

  const { consumerTag } = await channel.consume(world.name('payments.work'), (message) => {
    if (message !== null) work(message)
  })
  return {
    async stop() {
      await channel.cancel(consumerTag)
      await channel.close()
      await connection.close()
    },
  }
}
