/**
 * The lab's own client. It talks to the broker directly, past the proxy, so that faults never touch it and its frames
 * never show up among the subject's.
 */
import { type Channel, type ChannelModel, type ConfirmChannel, connect } from 'amqplib'

/** A message as the observer found it in a queue. */
export interface FoundMessage {
  readonly body: Buffer
  readonly exchange: string
  readonly routingKey: string
  readonly redelivered: boolean
  readonly messageId: string | undefined
  readonly correlationId: string | undefined
  readonly type: string | undefined
  readonly contentType: string | undefined
  /** Seconds since the epoch, as AMQP counts. */
  readonly timestamp: number | undefined
  /** 2 is persistent, 1 or nothing is transient. */
  readonly deliveryMode: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
}

/** A message for the observer to publish. */
export interface OutgoingMessage {
  readonly exchange: string
  readonly routingKey: string
  readonly body: Buffer | string
  readonly messageId?: string
  readonly persistent?: boolean
  readonly headers?: Readonly<Record<string, unknown>>
}

export class Observer {
  private connection: Promise<ChannelModel> | undefined
  private confirming: Promise<ConfirmChannel> | undefined
  private publishing: Promise<unknown> = Promise.resolve()
  private closed = false
  private readonly url: string

  constructor(url: string) {
    this.url = url
  }

  /** A fresh channel for one piece of work; closed by its user or with the observer. */
  async channel(): Promise<Channel> {
    const channel = await (await this.connect()).createChannel()
    channel.on('error', () => {})
    // Of amqplib 2.3.1, close() stays pending for ever when the connection ends before the broker has answered it.
    const isClosed = new Promise<void>((resolve) => channel.once('close', () => resolve()))
    const close = channel.close.bind(channel)
    channel.close = () => Promise.race([close(), isClosed])
    return channel
  }

  /** Publishes and resolves with whether the message reached a queue; rejects when the broker refuses it. */
  publish(message: OutgoingMessage): Promise<'routed' | 'unroutable'> {
    // One after another: a basic.return does not say which publish it answers.
    const published = this.publishing.then(() => this.publishNow(message))
    this.publishing = published.catch(() => {})
    return published
  }

  private async publishNow(message: OutgoingMessage): Promise<'routed' | 'unroutable'> {
    const channel = await this.confirmChannel()
    let returned = false
    const onReturn = (): void => {
      returned = true
    }
    channel.on('return', onReturn)
    try {
      await new Promise<void>((resolve, reject) => {
        channel.publish(
          message.exchange,
          message.routingKey,
          Buffer.from(message.body),
          {
            mandatory: true,
            persistent: message.persistent ?? true,
            ...(message.messageId === undefined ? {} : { messageId: message.messageId }),
            ...(message.headers === undefined ? {} : { headers: message.headers }),
          },
          (error: unknown) => (error ? reject(error) : resolve()),
        )
      })
    } finally {
      channel.off('return', onReturn)
    }
    return returned ? 'unroutable' : 'routed'
  }

  /** Takes everything that is ready in a queue, in order, acknowledging it. */
  async takeAll(queue: string): Promise<FoundMessage[]> {
    const channel = await this.channel()
    const found: FoundMessage[] = []
    for (;;) {
      const got = await channel.get(queue, { noAck: true })
      if (got === false) break
      const { properties, fields } = got
      found.push({
        body: got.content,
        exchange: fields.exchange,
        routingKey: fields.routingKey,
        redelivered: fields.redelivered,
        messageId: properties.messageId,
        correlationId: properties.correlationId,
        type: properties.type,
        contentType: properties.contentType,
        timestamp: properties.timestamp,
        deliveryMode: properties.deliveryMode,
        headers: properties.headers ?? {},
      })
    }
    await channel.close()
    return found
  }

  /** Not bounded: where the broker is gone, nobody answers. */
  async close(): Promise<void> {
    this.closed = true
    const connection = await this.connection?.catch(() => undefined)
    await connection?.close().catch(() => {})
  }

  private confirmChannel(): Promise<ConfirmChannel> {
    if (this.confirming !== undefined) return this.confirming
    const opening = this.connect().then((connection) => connection.createConfirmChannel())
    this.confirming = opening
    const forget = (): void => {
      if (this.confirming === opening) this.confirming = undefined
    }
    opening.then((channel) => {
      // What the broker refuses rejects the publish it belongs to; the next one gets another channel.
      channel.on('error', () => {})
      channel.on('close', forget)
    }, forget)
    return opening
  }

  private connect(): Promise<ChannelModel> {
    if (this.closed) return Promise.reject(new Error('the observer is closed'))
    if (this.connection !== undefined) return this.connection
    // Without noDelay amqplib waits 45 ms in each handshake (Nagle against the delayed ACK).
    const opening = connect(this.url, {
      noDelay: true,
      clientProperties: { connection_name: 'lab observer' },
    })
    this.connection = opening
    const forget = (): void => {
      if (this.connection !== opening) return
      this.connection = undefined
      this.confirming = undefined
    }
    opening.then((connection) => {
      // A broker that is killed under the observer is part of the experiment: it connects again when next used.
      connection.on('error', forget)
      connection.on('close', forget)
    }, forget)
    return opening
  }
}
