/** Books payments: reads each, asks the directory for its merchant, books it. Right, and slow. */
import amqp, { type ConsumeMessage } from 'amqplib'
import type { Running, World } from '#lab/subject'
import type { Payment } from '#payments/events'

/** What is to be done with each message. The lab brings it; what it costs is the lab's, when it is called is yours. */
export interface Stages {
  /** Parses and validates a body. */
  read(content: Buffer): Payment
  /** Asks the directory, a service of its own. What it says of a merchant may be a minute old. */
  find(merchantId: string): Promise<{ readonly account: string }>
  /** Books the payment into the books, in one transaction. */
  book(payment: Payment, account: string): void
}

// TODO review-05.5: make it at least twice as fast. The payments of one merchant (`merchant_id`) are booked in their order, an ack comes after its
// booking, and no more than 40 messages are out at a time.
export async function start(world: World, stages: Stages): Promise<Running> {
  const connection = await amqp.connect(world.amqpUrl, { noDelay: true })
  connection.on('error', (error: Error) => world.log(error.message))
  const channel = await connection.createChannel()
  await channel.prefetch(1)
  let working: Promise<void> = Promise.resolve()

  async function work(message: ConsumeMessage): Promise<void> {
    const payment = stages.read(message.content)
    const { account } = await stages.find(payment.merchant_id)
    stages.book(payment, account)
    channel.ack(message)
  }

  const { consumerTag } = await channel.consume(world.name('payments.work'), (message) => {
    if (message !== null) working = work(message)
  })
  return {
    async stop() {
      await channel.cancel(consumerTag)
      await working
      await channel.close()
      await connection.close()
    },
  }
}
