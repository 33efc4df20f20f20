// mistake: alerts only while the queue grows
// refused by: failure-08.6
// says: 0 alerts fire

/** The monitor of payments.dlq: how full, how old, what arrived and why, and an alert until it is empty. */

import type { AddressInfo } from 'node:net'
import amqp, { type ConsumeMessage, type GetMessage } from 'amqplib'
import express from 'express'
import { Counter, Gauge, Registry } from 'prom-client'
import type { Running, Start } from '#lab/subject'

/** An alert that is firing. */
export interface Alert {
  readonly name: string
  /** When it began to fire, in milliseconds since the Unix epoch. */
  readonly since: number
  /** What it says to whoever is on call. */
  readonly summary: string
}

export interface Monitor extends Running {
  /** Where it answers `GET /metrics` (Prometheus' text) and `GET /alerts` (a JSON array of `Alert`). */
  readonly url: string
}

export const start: Start<Monitor> = async (world) => {
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'payments-monitor' },
  })
  connection.on('error', () => {})
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  const dlq = world.name('payments.dlq')

  // A registry of its own: the default one belongs to the whole process, and knows each name once.
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  const depth = new Gauge({
    name: 'dlq_messages',
    help: 'Messages that are ready in payments.dlq',
    registers,
  })
  const oldest = new Gauge({
    name: 'dlq_oldest_age_seconds',
    help: 'Seconds since the oldest message in payments.dlq died; 0 when there is none',
    registers,
  })
  const arrivals = new Counter({
    name: 'dlq_arrivals_total',
    help: 'Messages that arrived in payments.dlq since this monitor started, by class of their reason',
    labelNames: ['reason'],
    registers,
  })

  // Arrivals are counted as they come. What is in the queue now can't tell: one that came and was taken out between two looks
  // would never have been. A queue of our own hangs on the same exchange and goes with us; a copy lost there is a count, no money.
  const { queue: tap } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(tap, world.name('payments.dlx'), '')
  await channel.consume(tap, (copy) => copy !== null && arrivals.inc({ reason: classOf(copy) }), {
    noAck: true,
  })

  let alert: Alert | undefined
  let last = 0

  /** Looks, sets the gauges, and settles whether the alert fires. */
  async function look(): Promise<void> {
    const { messageCount } = await channel.checkQueue(dlq)
    const first = await channel.get(dlq)
    // It goes back to the front, where it was: a classic queue does that as often as one likes.
    if (first !== false) channel.nack(first, false, true)
    const now = world.clock.now()
    const diedAt = first === false ? undefined : deathOf(first)
    depth.set(messageCount)
    const before = last
    last = messageCount
    oldest.set(diedAt === undefined ? 0 : Math.max(0, (now - diedAt) / 1000))
    // One is enough: each of them is somebody's money. And it resolves by itself, or nobody believes the next one.
    if (messageCount === 0 || messageCount <= before) alert = undefined
    else
      alert = { name: 'DeadPayments', since: alert?.since ?? now, summary: `${messageCount} in payments.dlq` }
  }

  // One look at a time: while one of them holds the first message, another would count one less.
  let looking = Promise.resolve()
  const lookAgain = (): Promise<void> => {
    looking = looking.catch(() => {}).then(look)
    return looking
  }

  const app = express()
  app.get('/metrics', async (_request, response) => {
    await lookAgain()
    response.type(registry.contentType).send(await registry.metrics())
  })
  app.get('/alerts', async (_request, response) => {
    await lookAgain()
    response.json(alert === undefined ? [] : [alert])
  })
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
      await looking.catch(() => {})
      await connection.close()
    },
  }
}

/**
 * The reason as a label. A label's values are kept for ever, one time series each, so they are a short list of ours: the text of an
 * error, with its ids and names, would make a new series for each payment.
 */
function classOf({ properties }: ConsumeMessage): string {
  const { headers = {} } = properties
  const reason = String(headers['x-reason'] ?? headers['x-death']?.[0]?.reason ?? '')
  if (/frozen/.test(reason)) return 'frozen'
  if (/cannot be read|JSON/.test(reason)) return 'unreadable'
  return ['rejected', 'expired', 'maxlen', 'delivery_limit'].find((known) => known === reason) ?? 'other'
}

/** When it died, in milliseconds since the epoch: what the consumer wrote, or what the broker did (in seconds). */
function deathOf({ properties }: ConsumeMessage | GetMessage): number | undefined {
  const { headers = {} } = properties
  const death: unknown = headers['x-death']?.[0]?.time
  const seconds =
    typeof death === 'object' && death !== null && 'value' in death ? Number(death.value) : undefined
  return headers['x-died-at'] === undefined
    ? seconds === undefined
      ? undefined
      : seconds * 1000
    : Number(headers['x-died-at'])
}
