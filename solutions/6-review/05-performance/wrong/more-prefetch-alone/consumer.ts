// mistake: raises the prefetch and lets every answer overtake
// refused by: review-05.4
// says: in another order than they came

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

export async function start(world: World, stages: Stages): Promise<Running> {
  const connection = await amqp.connect(world.amqpUrl, { noDelay: true })
  connection.on('error', (error: Error) => world.log(error.message))
  const channel = await connection.createChannel()
  await channel.prefetch(32)
  const working = new Set<Promise<void>>()

  async function work(message: ConsumeMessage): Promise<void> {
    const payment = stages.read(message.content)
    const { account } = await stages.find(payment.merchant_id)
    // Answers come as they come.
    await new Promise((resolve) => setTimeout(resolve, world.random.integer(0, 30)))
    stages.book(payment, account)
    channel.ack(message)
  }

  const { consumerTag } = await channel.consume(world.name('payments.work'), (message) => {
    if (message !== null) working.add(work(message))
  })
  return {
    async stop() {
      await channel.cancel(consumerTag)
      await Promise.all(working)
      await channel.close()
      await connection.close()
    },
  }
}
