/**
 * Direct reply-to (rabbitmq.md 2.4): a pseudo queue through which an answer goes straight to the channel that asked, without
 * any queue. The asker's `reply_to` is replaced by a name that only the broker understands.
 */
import type { Random } from '../../random.ts'
import type { Message } from '../model/message.ts'
import { refusal } from '../refusal.ts'
import type { Channel } from './channel.ts'

export const REPLY_TO = 'amq.rabbitmq.reply-to'
const PREFIX = `${REPLY_TO}.`
const NAME_LENGTH = 22

interface ReplyConsumer {
  readonly channel: Channel
  readonly consumerTag: string
  readonly name: string
}

export class DirectReplies {
  readonly #random: Random
  readonly #byName = new Map<string, ReplyConsumer>()
  readonly #byChannel = new Map<Channel, ReplyConsumer>()

  constructor(random: Random) {
    this.#random = random
  }

  /** @throws Refusal if the channel consumes replies already, or wants to acknowledge them. */
  consume(channel: Channel, options: { consumerTag: string; noAck: boolean }): void {
    if (!options.noAck) throw refusal('preconditionFailed', 'reply consumer cannot acknowledge')
    if (this.#byChannel.has(channel)) throw refusal('preconditionFailed', 'reply consumer already set')
    const name = PREFIX + this.#random.name(NAME_LENGTH)
    const consumer = { channel, consumerTag: options.consumerTag, name }
    this.#byName.set(name, consumer)
    this.#byChannel.set(channel, consumer)
  }

  /** False if the tag is not the reply consumer's; without a tag the channel has ended. */
  cancel(channel: Channel, consumerTag?: string): boolean {
    const consumer = this.#byChannel.get(channel)
    if (consumer === undefined || (consumerTag !== undefined && consumer.consumerTag !== consumerTag))
      return false
    this.#byChannel.delete(channel)
    this.#byName.delete(consumer.name)
    return true
  }

  /** The name that replaces `reply_to` in what the channel publishes. @throws Refusal if it consumes no replies. */
  nameOf(channel: Channel): string {
    const consumer = this.#byChannel.get(channel)
    if (consumer === undefined) throw refusal('preconditionFailed', 'fast reply consumer does not exist')
    return consumer.name
  }

  /** Whether such a name leads to a channel that is still there. */
  has(name: string): boolean {
    return name === REPLY_TO || this.#byName.has(name)
  }

  /** Brings an answer to who asked; false if they have gone. */
  deliver(message: Message): boolean {
    const consumer = this.#byName.get(message.routingKey)
    if (consumer === undefined) return false
    const { channel, consumerTag } = consumer
    const { exchange, routingKey } = message
    const deliveryTag = channel.unsettled.nextTag()
    channel.sendMessage(
      'basic.deliver',
      { consumerTag, deliveryTag, redelivered: false, exchange, routingKey },
      message,
    )
    return true
  }
}

/** Whether a name belongs to the pseudo queue, with or without the part that the broker adds. */
export function isReplyName(name: string): boolean {
  return name === REPLY_TO || name.startsWith(PREFIX)
}
