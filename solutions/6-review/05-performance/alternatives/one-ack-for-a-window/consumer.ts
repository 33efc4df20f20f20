// way: asks for all of a window at once, books it in one go, and acknowledges it with one frame

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
const prefetch = 40

export async function start(world: World, stages: Stages): Promise<Running> {
  const connection = await amqp.connect(world.amqpUrl, { noDelay: true })
  connection.on('error', (error: Error) => world.log(error.message))
  const channel = await connection.createChannel()
  await channel.prefetch(prefetch)
  let window: ConsumeMessage[] = []
  let working: Promise<void> | undefined

  /** Whatever has come meanwhile is the next window. */
  async function work(): Promise<void> {
    while (window.length > 0) {
      const messages = window
      window = []
      const payments = messages.map(({ content }) => stages.read(content))
      const found = await Promise.all(payments.map(({ merchant_id }) => stages.find(merchant_id)))
      for (const [at, payment] of payments.entries()) stages.book(payment, found[at]?.account ?? '')
      const last = messages.at(-1)
      if (last !== undefined) channel.ack(last, true)
    }
    working = undefined
  }

  const { consumerTag } = await channel.consume(world.name('payments.work'), (message) => {
    if (message === null) return
    window.push(message)
    working ??= new Promise(setImmediate).then(work)
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
