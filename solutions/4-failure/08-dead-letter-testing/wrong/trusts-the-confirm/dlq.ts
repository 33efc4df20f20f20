// mistake: takes a confirm for a place in a queue
// refused by: failure-08.5
// says: A confirm says that the broker has it

/** The tool of whoever looks after payments.dlq: what is in there, and how it goes back to work. */

import amqp, { type ConfirmChannel, type GetMessage } from 'amqplib'
import type { Running, Start } from '#lab/subject'

/** A message that was sent back so often, and has died again each time, is left to a person. */
export const redrivesMax = 3

/** A message in the DLQ. */
export interface DeadMessage {
  readonly id: string
  /** Header x-reason, or else what x-death says. */
  readonly reason: string
  /** Header x-attempts; 1 where there is none. */
  readonly attempts: number
  /** Where it was published first: headers x-origin-exchange and x-origin-routing-key, or else x-death. */
  readonly exchange: string
  readonly routingKey: string
  /** Header x-redrives: how often it was sent back already. */
  readonly redrives: number
}

/** Which messages are meant: all of them, unless it says otherwise. */
export interface Filter {
  /** Part of the reason. */
  readonly reason?: string
  readonly ids?: readonly string[]
}

/** What became of each message that the filter meant, by its id. */
export interface Redriven {
  /** Sent back; with `dryRun`: would be. */
  readonly sent: readonly string[]
  /** Sent back `redrivesMax` times already: still in the DLQ. */
  readonly refused: readonly string[]
  /** Could not be sent, such as for want of a queue behind its key: still in the DLQ. */
  readonly failed: readonly string[]
}

export interface Dlq extends Running {
  /** Reads the DLQ from its head. Nothing leaves it. */
  list(filter?: Filter): Promise<readonly DeadMessage[]>
  /** Sends messages back to where they came from. `dryRun` only says what would happen. */
  redrive(order: Filter & { readonly dryRun: boolean }): Promise<Redriven>
}

export const start: Start<Dlq> = async (world) => {
  const queue = world.name('payments.dlq')
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'payments-dlq-tool' },
  })
  connection.on('error', () => {})

  /**
   * Takes every message, hands them to `use` while they are held, and closes the channel: what was not acknowledged until then is
   * back in its place. Whoever gives each one back at once gets the same one again from a classic queue, and turns a quorum queue round.
   */
  async function holding<Result>(
    use: (messages: readonly GetMessage[], channel: ConfirmChannel) => Promise<Result>,
  ): Promise<Result> {
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => {})
    const messages: GetMessage[] = []
    try {
      // Those that were there when we came: what dies meanwhile is for the next time.
      const { messageCount } = await channel.checkQueue(queue)
      for (let left = messageCount; left > 0; left -= 1) {
        const message = await channel.get(queue)
        if (message === false) break
        messages.push(message)
      }
      return await use(messages, channel)
    } finally {
      await channel.close().catch(() => {})
    }
  }

  return {
    list: (filter = {}) =>
      holding(async (messages) => messages.map(readDeath).filter((dead) => isMeant(dead, filter))),

    redrive: ({ dryRun, ...filter }) =>
      holding(async (messages, channel) => {
        const sent: string[] = []
        const refused: string[] = []
        const failed: string[] = []
        for (const message of messages) {
          const dead = readDeath(message)
          if (!isMeant(dead, filter)) continue
          if (dead.redrives >= redrivesMax) refused.push(dead.id)
          else if (dryRun) sent.push(dead.id)
          else {
            try {
              await publishAgain(channel, message, dead)
              // Now there are two of it, which the consumer's idempotence can stand. The other order would leave none.
              channel.ack(message)
              sent.push(dead.id)
            } catch {
              failed.push(dead.id)
            }
          }
        }
        return { sent, refused, failed }
      }),

    async stop() {
      await connection.close()
    },
  }
}

/** Under the id it has always had, or the consumer that booked it before it died would book it again. */
function publishAgain(channel: ConfirmChannel, message: GetMessage, dead: DeadMessage): Promise<void> {
  const { headers: _, ...properties } = message.properties
  return new Promise((resolve, reject) => {
    let isReturned = false
    const onReturn = () => {
      isReturned = true
    }
    channel.on('return', onReturn)
    channel.publish(
      dead.exchange,
      dead.routingKey,
      message.content,
      {
        ...(properties as amqp.Options.Publish),
        // None of the old headers: attempts begin at zero again, and an old x-death would be counted on by RabbitMQ 3.
        headers: { 'x-redrives': dead.redrives + 1 },
        persistent: true,
      },
      (error: unknown) => {
        channel.off('return', onReturn)
        if (error === null && !isReturned) resolve()
        else reject(new Error(`${dead.id} could not be sent to ${dead.exchange}`))
      },
    )
  })
}

function isMeant(dead: DeadMessage, { reason, ids }: Filter): boolean {
  return (
    (reason === undefined || dead.reason.includes(reason)) && (ids === undefined || ids.includes(dead.id))
  )
}

function readDeath({ fields, properties }: GetMessage): DeadMessage {
  const { headers = {} } = properties
  const death = headers['x-death']?.[0]
  return {
    id: properties.messageId ?? '',
    reason: String(headers['x-reason'] ?? death?.reason ?? 'unknown'),
    attempts: Number(headers['x-attempts'] ?? 1),
    exchange: String(headers['x-origin-exchange'] ?? death?.exchange ?? fields.exchange),
    routingKey: String(headers['x-origin-routing-key'] ?? death?.['routing-keys']?.[0] ?? fields.routingKey),
    redrives: Number(headers['x-redrives'] ?? 0),
  }
}
