/**
 * A dead letter queue on any RabbitMQ: its messages are held, unacknowledged, while somebody decides about each; what nobody
 * decided about is back in its place when the channel closes, also when this program is killed.
 */
import amqp, { type ChannelModel, type ConfirmChannel, type GetMessage } from 'amqplib'
import { type DeadLetter, headersForWork, readDeadLetter } from './dead-letter.ts'

/** So many messages are held at a time: they are in our memory meanwhile, and nobody else gets them. */
export const heldMax = 10_000
/** How long the broker may take to answer, milliseconds. */
const answerMsMax = 10_000

/** Why the queue can't be looked at. */
export class NoQueue extends Error {
  override readonly name = 'NoQueue'
  readonly kind: 'unreachable' | 'refused' | 'missing'

  constructor(kind: NoQueue['kind'], reason: string) {
    super(reason)
    this.kind = kind
  }
}

export interface Held {
  readonly dead: DeadLetter
  /** Sends it to where it was published first, and removes it here once it is in a queue there. @throws Error when it is in none */
  redrive(): Promise<void>
  /** Removes it for good. */
  drop(): void
}

export class DeadLetterQueue {
  readonly #connection: ChannelModel
  readonly #queue: string

  private constructor(connection: ChannelModel, queue: string) {
    this.#connection = connection
    this.#queue = queue
  }

  /** @throws NoQueue when nobody answers there, or lets us in */
  static async open(options: { readonly url: string; readonly queue: string }): Promise<DeadLetterQueue> {
    try {
      const connection = await amqp.connect(options.url, {
        noDelay: true,
        timeout: answerMsMax,
        clientProperties: { connection_name: 'mq-workbook dlq' },
      })
      // What it breaks by rejects the call that was on its way.
      connection.on('error', () => {})
      return new DeadLetterQueue(connection, options.queue)
    } catch (error) {
      const reason = reasonOf(error)
      throw new NoQueue(/ACCESS_REFUSED|403|NOT_ALLOWED|530/.test(reason) ? 'refused' : 'unreachable', reason)
    }
  }

  /** Product and version, as the server says. */
  get server(): string {
    const { product, version } = this.#connection.connection.serverProperties
    return `${product} ${version}`
  }

  /**
   * Holds what is in the queue, from its head, `heldMax` at most; `waiting` counts all. Several are held before any is given
   * back: whoever gives each one back at once gets the same one again, or turns the queue round.
   * @throws NoQueue when there is no such queue
   */
  async hold<Result>(use: (held: readonly Held[], waiting: number) => Promise<Result>): Promise<Result> {
    const channel = await this.#connection.createConfirmChannel()
    channel.on('error', () => {})
    try {
      const waiting = await channel.checkQueue(this.#queue).then(
        ({ messageCount }) => messageCount,
        (error: unknown) => {
          throw new NoQueue(/404|NOT_FOUND/.test(reasonOf(error)) ? 'missing' : 'refused', reasonOf(error))
        },
      )
      const held: Held[] = []
      while (held.length < Math.min(waiting, heldMax)) {
        const message = await channel.get(this.#queue)
        if (message === false) break
        held.push(heldOf(channel, message))
      }
      return await use(held, waiting)
    } finally {
      await channel.close().catch(() => {})
    }
  }

  async close(): Promise<void> {
    await this.#connection.close().catch(() => {})
  }
}

function heldOf(channel: ConfirmChannel, message: GetMessage): Held {
  const dead = readDeadLetter(message)
  return {
    dead,
    async redrive() {
      await publishAgain(channel, message, dead)
      // Last: a crash before this leaves the message in both places, which its consumer has to stand anyway. Nowhere is worse.
      channel.ack(message)
    },
    drop: () => channel.ack(message),
  }
}

/** Under its own id and with its own properties; resolves when it is in a queue. */
function publishAgain(channel: ConfirmChannel, message: GetMessage, dead: DeadLetter): Promise<void> {
  const { exchange, routingKey } = dead.origin ?? { exchange: '', routingKey: '' }
  const { headers: _, expiration: __, ...properties } = message.properties
  return new Promise((resolve, reject) => {
    let isReturned = false
    // One message at a time is on its way: what comes back is this one.
    const onReturn = () => {
      isReturned = true
    }
    const onClose = () => reject(new Error('the broker closed the channel'))
    channel.once('return', onReturn)
    channel.once('close', onClose)
    channel.publish(
      exchange,
      routingKey,
      message.content,
      {
        ...(properties as amqp.Options.Publish),
        headers: headersForWork(dead),
        persistent: true,
        mandatory: true,
      },
      (error: unknown) => {
        channel.off('return', onReturn)
        channel.off('close', onClose)
        if (isReturned) reject(new Error('no queue is bound there'))
        else if (error === null) resolve()
        else reject(error)
      },
    )
  })
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
