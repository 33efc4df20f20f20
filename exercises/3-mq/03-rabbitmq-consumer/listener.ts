/** A listener: what @RabbitListener does in Spring. It takes messages from a queue and answers for each of them. */

import amqp from 'amqplib'
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
  // TODO mq-03.1: connect (noDelay: true, a connection name), open a channel and consume; read() each body, then handle().
  // TODO mq-03.1: the callback gets null when the broker cancels the consumer.
  // TODO mq-03.2 mq-03.4: acknowledge by hand, and only what is done.
  // TODO mq-03.5: refuse what can't be read or was not done. Nothing may come back for ever.
  // TODO mq-03.6: hold no more than listener.prefetch.

  // TODO mq-03.7: stop() takes no more deliveries, lets the handlers finish, sends their acks, then closes.
  throw new Error('TODO: consume, and answer for each message')
}
