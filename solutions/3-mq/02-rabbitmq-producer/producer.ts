/** A producer whose "sent" means: confirmed by the broker, and in at least one queue. */

import amqp, { type ChannelModel, type ConfirmChannel } from 'amqplib'
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

/** Messages out and unconfirmed. More buys no throughput here, only memory and a longer list of unknowns after a loss. */
const inFlightMax = 100
const attemptsMax = 8
const firstDelayMs = 50
const delayMsMax = 1000

/** Nobody can know whether the broker has the message. Only the same message, under the same id, may be sent again. */
class OutcomeUnknown extends Error {}

export async function start(world: World): Promise<Producer> {
  const line = new Line(world)
  await line.channel()
  let inFlight = 0
  const waiting: (() => void)[] = []
  const idle: (() => void)[] = []

  async function enter(): Promise<void> {
    // Bounded: callers wait here, instead of messages piling up in a buffer that dies with the process.
    if (inFlight >= inFlightMax) await new Promise<void>((resolve) => waiting.push(resolve))
    else inFlight += 1
  }

  function leave(): void {
    // The place is handed over, so that nobody slips in between.
    const next = waiting.shift()
    if (next !== undefined) return next()
    inFlight -= 1
    if (inFlight === 0) for (const resolve of idle.splice(0)) resolve()
  }

  return {
    async sendMessage(exchange, routingKey, message) {
      await enter()
      try {
        for (let attempt = 1; ; attempt += 1) {
          try {
            return await line.publish(exchange, routingKey, message)
          } catch (error) {
            // Returned and refused are answers; only "unknown" and "no connection" are worth another try.
            if (!(error instanceof OutcomeUnknown) || attempt === attemptsMax) throw error
            await world.clock.sleep(delayMs(attempt, world))
          }
        }
      } finally {
        leave()
      }
    },
    async stop() {
      if (inFlight > 0) await new Promise<void>((resolve) => idle.push(resolve))
      await line.close()
    },
  }
}

/** Doubles up to a cap, and draws from the upper half of it, so that a hundred producers do not return in step. */
function delayMs(attempt: number, world: World): number {
  const cap = Math.min(delayMsMax, firstDelayMs * 2 ** (attempt - 1))
  return cap / 2 + world.random.next() * (cap / 2)
}

/** One connection with one confirm channel, opened again when either is lost. */
class Line {
  private readonly world: World
  private connection: ChannelModel | undefined
  private opening: Promise<ConfirmChannel> | undefined
  /** Ids that came back as unroutable; basic.return arrives before the confirm of the same message. */
  private readonly returned = new Set<string>()
  private lastChannelError: Error | undefined

  constructor(world: World) {
    this.world = world
  }

  channel(): Promise<ConfirmChannel> {
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = undefined
      throw new OutcomeUnknown(`no connection to RabbitMQ: ${messageOf(error)}`, { cause: error })
    })
    return this.opening
  }

  async publish(exchange: string, routingKey: string, message: Envelope): Promise<void> {
    const channel = await this.channel()
    await new Promise<void>((resolve, reject) => {
      const settle = (error: unknown): void => {
        if (error === null) {
          if (this.returned.delete(message.id))
            reject(new Error(`returned: nothing is bound to ${routingKey}`))
          else resolve()
        } else if (messageOf(error) === 'message nacked')
          reject(new Error('refused by the broker (basic.nack)'))
        else if (this.isNotFound(exchange)) reject(new Error(`there is no exchange ${exchange}`))
        else reject(new OutcomeUnknown('the connection was lost before the confirm', { cause: error }))
      }
      try {
        channel.publish(exchange, routingKey, Buffer.from(JSON.stringify(message)), labels(message), settle)
      } catch (error) {
        // The channel closed between two turns of the event loop; nothing was written.
        reject(new OutcomeUnknown('the channel is closed', { cause: error }))
      }
    })
  }

  async close(): Promise<void> {
    const connection = this.connection
    this.connection = undefined
    this.opening = undefined
    await connection?.close()
  }

  private async open(): Promise<ConfirmChannel> {
    const connection = this.connection ?? (await this.connect())
    const channel = await connection.createConfirmChannel()
    channel.on('return', ({ properties }) => this.returned.add(String(properties.messageId)))
    // Without these listeners an error ends the process; 'close' always follows, and there the channel is given up.
    channel.on('error', (error: Error) => {
      this.lastChannelError = error
    })
    channel.on('close', () => {
      this.opening = undefined
    })
    // What the lost channel knew is void: its confirms will never come.
    this.returned.clear()
    this.lastChannelError = undefined
    return channel
  }

  private async connect(): Promise<ChannelModel> {
    const connection = await amqp.connect(this.world.amqpUrl, {
      noDelay: true,
      clientProperties: { connection_name: 'payments-producer' },
    })
    connection.on('error', () => {})
    connection.on('close', () => {
      if (this.connection === connection) this.connection = undefined
      this.opening = undefined
    })
    this.connection = connection
    return connection
  }

  /** Whether the channel was closed because this exchange does not exist: an answer, not an unknown. */
  private isNotFound(exchange: string): boolean {
    return this.lastChannelError?.message.includes(`no exchange '${exchange}'`) ?? false
  }
}

function labels(message: Envelope): amqp.Options.Publish {
  return {
    // From the event, not from the attempt: that is what makes a second copy recognisable.
    messageId: message.id,
    ...(message.correlationid === undefined ? {} : { correlationId: message.correlationid }),
    timestamp: Math.floor(Date.parse(message.time) / 1000),
    type: message.type,
    contentType: 'application/json',
    persistent: true,
    mandatory: true,
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
