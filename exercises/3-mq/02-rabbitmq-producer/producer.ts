/** A producer whose "sent" means: confirmed by the broker, and in at least one queue. */

import amqp from 'amqplib'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'

/** What the rest of the service uses. */
export interface Producer {
  /**
   * Resolves when the broker has confirmed the message and it was routed to a queue. Rejects when it was returned,
   * refused, or when its fate stays unknown: then the caller may send the same message again.
   */
  sendMessage(exchange: string, routingKey: string, message: Envelope): Promise<void>
  /** Waits for outstanding confirms, then closes the connection. */
  stop(): Promise<void>
}

/** Starts the producer: one connection, one confirm channel. */
export async function start(world: World): Promise<Producer> {
  // TODO mq-02.1: connect (noDelay: true, a connection name) and open one confirm channel.
  // TODO mq-02.6: survive the loss of connection and channel; without a listener, an 'error' event ends the process.

  return {
    async sendMessage(exchange, routingKey, message) {
      // TODO mq-02.2: publish as mandatory, and settle only when you know: confirm, return, nack.
      // TODO mq-02.3 mq-02.4: nothing counts as sent that a kill of the broker could take away.
      // TODO mq-02.5: messageId, correlationId, timestamp, type, contentType.
      // TODO mq-02.7: at most 100 unconfirmed at a time.
      throw new Error('TODO: send the message and learn its fate')
    },
    async stop() {
      // TODO mq-02.1: nothing that was promised may be abandoned.
      throw new Error('TODO: wait for the confirms, then close')
    },
  }
}
