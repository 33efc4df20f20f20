// mistake: lets the broker acknowledge by itself, as the tutorial does
// refused by: mq-03.2
// says: asked for automatic acks

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Running, World } from '#lab/subject'

/** What a handler is told about a message beside its content. */
export interface Delivery {
  readonly messageId: string | undefined
  /** The broker has handed it out before: somebody may have worked on it, and died. */
  readonly redelivered: boolean
}

/** What a service says about the messages it wants. */
export interface Listener<Message> {
  /** The queue's name as the broker knows it. */
  readonly queue: string
  /** How many messages may be out here, unacknowledged, at a time. */
  readonly prefetch: number
  /** Turns a body into what the handler wants. Throws for one that nobody will ever be able to read. */
  read(content: Buffer): Message
  /** Does the work. Resolves when it is done for good, rejects when it could not be done. */
  handle(message: Message, delivery: Delivery): Promise<void>
}

/** Starts listening. `stop()` takes no more, finishes what is in work, and closes the connection. */
export async function listen<Message>(world: World, listener: Listener<Message>): Promise<Running> {
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'payments-consumer' },
  })
  // Without these listeners an error ends the process; 'close' follows.
  connection.on('error', () => {})
  let isStopping = false
  // Without its connection a listener is of no use, and a process that stays would look healthy. It ends, and whoever runs it
  // starts it again. (Coming back by itself is failure-04.)
  connection.on('close', () => {
    if (!isStopping) process.exit(1)
  })
  const channel = await connection.createChannel()
  let isOpen = true
  channel.on('error', () => {})
  channel.on('close', () => {
    isOpen = false
  })

  async function decide(message: ConsumeMessage): Promise<'done' | 'refused'> {
    const { messageId } = message.properties
    try {
      const read = listener.read(message.content)
      await listener.handle(read, { messageId, redelivered: message.fields.redelivered })
      return 'done'
    } catch (error) {
      world.log(`refused ${messageId}: ${error instanceof Error ? error.message : String(error)}`)
      return 'refused'
    }
  }

  async function work(message: ConsumeMessage): Promise<void> {
    await decide(message)
  }

  // Before consume: the broker looks at the limit when it begins to deliver.
  await channel.prefetch(listener.prefetch)
  const inWork = new Set<Promise<void>>()
  const { consumerTag } = await channel.consume(
    listener.queue,
    (message) => {
      // The broker cancelled us: the queue is gone, or its node is.
      if (message === null) return world.log(`${listener.queue}: cancelled by the broker`)
      const working = work(message).finally(() => inWork.delete(working))
      inWork.add(working)
    },
    { noAck: true },
  )

  return {
    async stop() {
      isStopping = true
      if (isOpen) await channel.cancel(consumerTag)
      await Promise.all(inWork)
      // The channel first: close() of the connection would overtake the acks that wait in the channel's buffer.
      if (isOpen) await channel.close()
      await connection.close()
    },
  }
}
