// way: one loop owns the connection; messages wait in a line, and what was out when it broke goes to the head of the line again
/** A producer whose "sent" means: confirmed by the broker, and in at least one queue. */

import amqp, { type ConfirmChannel } from 'amqplib'
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

interface Job {
  readonly exchange: string
  readonly routingKey: string
  readonly message: Envelope
  attempts: number
  returned: string | undefined
  resolve(): void
  reject(error: Error): void
}

const windowSize = 64
const maxAttempts = 4

/** Starts the producer: one connection, one confirm channel. */
export async function start(world: World): Promise<Producer> {
  const waiting: Job[] = []
  const inFlight = new Set<Job>()
  let stopping = false
  let wake: (() => void) | undefined
  const poke = () => {
    wake?.()
    wake = undefined
  }

  function fail(job: Job, why: string) {
    inFlight.delete(job)
    job.reject(new Error(`${job.message.id}: ${why}`))
    poke()
  }

  function publish(channel: ConfirmChannel, job: Job) {
    inFlight.add(job)
    job.returned = undefined
    job.attempts += 1
    const { message } = job
    channel.publish(
      job.exchange,
      job.routingKey,
      Buffer.from(JSON.stringify(message)),
      {
        mandatory: true,
        persistent: true,
        messageId: message.id,
        ...(message.correlationid === undefined ? {} : { correlationId: message.correlationid }),
        timestamp: Math.floor(Date.parse(message.time) / 1000),
        type: message.type,
        contentType: 'application/json',
      },
      (error) => {
        // a job that is no longer in flight belongs to a channel that has gone
        if (!inFlight.has(job) || channel !== current) return
        if (error?.message === 'message nacked') return fail(job, 'refused by the broker')
        if (error) return // the channel went: the loop below decides
        if (job.returned !== undefined) return fail(job, `returned: ${job.returned}`)
        inFlight.delete(job)
        job.resolve()
        poke()
      },
    )
  }

  let current: ConfirmChannel | undefined

  async function open() {
    const connection = await amqp.connect(world.amqpUrl, {
      noDelay: true,
      clientProperties: { connection_name: 'checkout-producer' },
    })
    connection.on('error', (error: Error) => world.log(`connection: ${error.message}`))
    const channel = await connection.createConfirmChannel()
    let lastError = ''
    channel.on('error', (error: Error) => {
      lastError = error.message
    })
    channel.on('return', (returned) => {
      for (const job of inFlight) {
        if (job.message.id === returned.properties.messageId) job.returned = 'nothing is bound'
      }
    })
    const gone = new Promise<string>((resolve) => {
      channel.once('close', () => resolve(lastError))
      connection.once('close', () => resolve(lastError || 'connection lost'))
    })
    current = channel
    return { connection, channel, gone }
  }

  let session = await open()

  // One loop owns the channel: it opens it, feeds it, and after a loss decides about what was in flight.
  async function run() {
    for (;;) {
      let lost: string | undefined
      void session.gone.then((why) => {
        lost = why
        poke()
      })
      while (lost === undefined) {
        if (stopping && waiting.length === 0 && inFlight.size === 0) {
          await session.connection.close()
          return
        }
        const job = inFlight.size < windowSize ? waiting.shift() : undefined
        if (job === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
          continue
        }
        try {
          publish(session.channel, job)
        } catch {
          // the channel closed under our hands
          await session.gone
        }
      }
      current = undefined
      const orphans = [...inFlight]
      inFlight.clear()
      const again = orphans.filter((job) => {
        if (job.attempts < maxAttempts) return true
        fail(job, `fate unknown after ${job.attempts} attempts: ${lost}`)
        return false
      })
      waiting.unshift(...again)
      session.connection.close().catch(() => undefined)
      for (let delay = 20; ; delay = Math.min(delay * 2, 500)) {
        try {
          session = await open()
          break
        } catch {
          await world.clock.sleep(delay)
        }
      }
    }
  }
  const done = run()

  return {
    sendMessage(exchange, routingKey, message) {
      if (stopping) return Promise.reject(new Error('the producer is stopping'))
      return new Promise<void>((resolve, reject) => {
        waiting.push({ exchange, routingKey, message, attempts: 0, returned: undefined, resolve, reject })
        poke()
      })
    },
    async stop() {
      stopping = true
      poke()
      await done
    },
  }
}
