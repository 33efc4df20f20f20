/** A sender of payments for the explorer: connects, publishes and waits for the confirm, and leaves to the subject's `retry` when to try again. */
import { pathToFileURL } from 'node:url'
import amqp, { type ChannelModel, type ConfirmChannel } from 'amqplib'
import type { Running, Start } from '#lab/subject'
import type { RetryModule } from '../run.ts'

/** One payment. */
export interface Order {
  /** The subject's retry.ts, absolute: this process may have been made for another one. */
  readonly retryFile: string
  /** As the learner would write it. */
  readonly queue: string
  readonly id: string
  readonly body: string
}

interface Sender extends Running {
  /** Resolves when the payment is confirmed. Rejects with what the last attempt met. */
  send(order: Order): Promise<void>
}

/** Time enough for a broker that was killed to be back many times over; a policy that gives up before has not used what it was given. */
const policy = {
  backoff: { initialDelayMs: 20, maxDelayMs: 200, multiplier: 2, jitter: 'equal' },
  attemptsMax: 200,
  deadlineMs: 30_000,
  // Whatever goes wrong here is the connection, which comes back.
  mayPass: () => true,
} as const

export const start: Start<Sender> = async (world) => {
  let connection: ChannelModel | undefined
  let opening: Promise<ConfirmChannel> | undefined

  async function open(): Promise<ConfirmChannel> {
    const opened = await amqp.connect(world.amqpUrl, {
      noDelay: true,
      clientProperties: { connection_name: 'payments-sender' },
    })
    connection = opened
    opened.on('error', () => {})
    opened.on('close', () => {
      if (connection === opened) connection = undefined
      opening = undefined
    })
    const channel = await opened.createConfirmChannel()
    channel.on('error', () => {})
    return channel
  }

  async function channelOf(): Promise<ConfirmChannel> {
    opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return await opening
  }

  async function publish({ queue, id, body }: Order): Promise<void> {
    const channel = await channelOf()
    await new Promise<void>((resolve, reject) => {
      const options = { persistent: true, messageId: id, contentType: 'application/json' }
      channel.sendToQueue(world.name(queue), Buffer.from(body), options, (error: unknown) =>
        error === null ? resolve() : reject(error as Error),
      )
    })
  }

  return {
    async send(order) {
      const { retry, retryBudget } = (await import(pathToFileURL(order.retryFile).href)) as RetryModule
      const budget = retryBudget({ depositPerCall: 0.1, tokensMax: 200 })
      await retry(world, { ...policy, budget }, () => publish(order))
    },
    async stop() {
      await opening?.catch(() => undefined)
      await connection?.close()
    },
  }
}
