/**
 * A service of the payment saga: it works on the messages of its queue one after another, and what it has to tell leaves through an
 * outbox, committed together with what it did. What comes twice is its own affair: a message may be delivered again after its commit.
 */
import amqp, { type ConfirmChannel, type ConsumeMessage } from 'amqplib'
import type { Database } from 'better-sqlite3'
import { EnvelopeError } from './envelope.ts'
import type { Payment } from './events.ts'
import type { IdSource } from './ids.ts'
import { Outbox, type OutboxMessage, type Publish } from './outbox.ts'
import { openSagaMessage, type SagaMessage, type SagaMessageMore, sealSagaMessage } from './saga-message.ts'

/** The exchange that all messages of the saga pass, by their names. */
export const sagaExchange = 'saga'

/** Where messages end that can't be read: one queue for all services. */
export const sagaDeadQueue = 'saga.dead'

/** Ids of the messages that a service has worked on, each written with what it did. Nothing is decided by it: it is there to be audited. */
const schema = `
CREATE TABLE IF NOT EXISTS handled (message_id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT`

/** What a service needs from outside; the world of a subject has it. */
export interface SagaWorld extends IdSource {
  readonly amqpUrl: string
  name(name: string): string
  readonly clock: { now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> }
  readonly log: (line: string) => void
}

export interface SagaServiceOptions {
  /** Names its queue (`<name>.saga`) and its connection. */
  readonly name: string
  /** The names of the messages that it works on. */
  readonly hears: readonly string[]
  readonly database: Database
  /**
   * Works on one message; it is acknowledged when this resolves. If it rejects, the message is tried again after a moment, for what may
   * pass, and others are worked on meanwhile. What it commits and tells goes through `service.commit`.
   */
  readonly handle: (message: SagaMessage, service: SagaService) => Promise<void> | void
  /** What does not belong on the exchange, by its type, such as facts for a topic. It leaves by itself: while it can't, commands still do. */
  readonly elsewhere?: {
    takes(type: string): boolean
    send(message: OutboxMessage): Promise<void>
  }
}

/** Tells something: a row in the outbox. Works inside `commit` only. */
export type Tell = (name: string, payment: Payment, more?: SagaMessageMore) => void

export interface SagaService {
  /** Does all of `work` in one transaction, or nothing of it. It must be synchronous; `tell` writes into the outbox. */
  commit<Value>(work: (tell: Tell) => Value): Value
  /** Whether all that was told of a payment has left. Nobody is late with an answer to a question that is still here. */
  isTold(paymentId: string): boolean
  /** Ends the work in hand, then closes. What is in the outbox waits for the next start. */
  stop(): Promise<void>
}

/** The pause after something that may pass; it doubles up to the maximum. */
const pauseMs = 20
const pauseMsMax = 500

/**
 * How many messages may be out at a time. One is worked on; the others let it be put aside when it fails, so that it does not hold up
 * those behind it. Only as many messages as this that all can't be worked on yet stop a queue.
 */
const prefetch = 20

/** Declares exchange, queue and bindings, and begins to work. A process whose channel closes ends: whoever runs it starts it again. */
export async function startSagaService(world: SagaWorld, options: SagaServiceOptions): Promise<SagaService> {
  const { name, hears, database } = options
  const outbox = new Outbox(database, world.clock)
  database.exec(schema)
  const noteHandled = database.prepare('INSERT INTO handled VALUES (?, ?) ON CONFLICT DO NOTHING')
  let inHand: SagaMessage | undefined
  const count = database.prepare('SELECT count(*) AS count FROM outbox WHERE aggregate_id = ?')
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: name },
  })
  const channel = await connection.createConfirmChannel()
  const stopping = new AbortController()
  connection.on('error', () => {})
  channel.on('error', () => {})
  channel.on('close', () => {
    if (!stopping.signal.aborted) process.exit(1)
  })

  const exchange = world.name(sagaExchange)
  const queue = world.name(`${name}.saga`)
  await channel.assertExchange(exchange, 'direct', { durable: true })
  const dead = world.name(sagaDeadQueue)
  await channel.assertQueue(dead, { durable: true })
  await channel.assertQueue(queue, { durable: true, deadLetterExchange: '', deadLetterRoutingKey: dead })
  for (const each of hears) await channel.bindQueue(queue, exchange, each)

  let wakes: (() => void)[] = []
  function wake(): void {
    for (const each of wakes) each()
    wakes = []
  }
  const tell: Tell = (what, payment, more = {}) => {
    const version = 1 + (count.get(payment.payment_id) as { count: number }).count
    const envelope = sealSagaMessage(what, payment, world, { source: `/${name}`, ...more })
    outbox.add({ id: payment.payment_id, version }, envelope)
  }
  const service: SagaService = {
    commit(work) {
      const value = database
        .transaction(() => {
          if (inHand !== undefined) noteHandled.run(inHand.id, inHand.name)
          return work(tell)
        })
        .immediate()
      wake()
      return value
    },
    isTold: (paymentId) => !outbox.isWaiting(paymentId),
    async stop() {
      await channel.cancel(consumerTag)
      stopping.abort()
      wake()
      await Promise.all([relaying, working])
      await channel.close()
      await connection.close()
    },
  }

  async function relay(send: Publish, isMine: (type: string) => boolean): Promise<void> {
    let pause = pauseMs
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => wakes.push(resolve))
      try {
        await outbox.relay(send, stopping.signal, isMine)
        pause = pauseMs
        await woken
      } catch (error) {
        world.log(`${name}: not sent yet: ${messageOf(error)}`)
        await world.clock.sleep(pause, stopping.signal).catch(() => {})
        pause = Math.min(pauseMsMax, pause * 2)
      }
    }
  }

  async function work(delivery: ConsumeMessage, attempt = 1): Promise<void> {
    try {
      inHand = openSagaMessage(delivery.content)
      await options.handle(inHand, service)
      inHand = undefined
      if (isOpen()) channel.ack(delivery)
    } catch (error) {
      inHand = undefined
      world.log(`${name}: ${messageOf(error)}`)
      if (!(error instanceof EnvelopeError)) void workLater(delivery, attempt + 1)
      else if (isOpen()) channel.nack(delivery, false, false)
    }
  }

  /** Unacknowledged it waits here, and is nobody's loss: a process that ends leaves it to the next one. */
  async function workLater(delivery: ConsumeMessage, attempt: number): Promise<void> {
    const pause = Math.min(pauseMsMax, pauseMs * 2 ** (attempt - 2))
    await world.clock.sleep(pause, stopping.signal).catch(() => {})
    queueUp(delivery, attempt)
  }
  /** Whoever stops ends the work in hand; the rest is for the next process. */
  function queueUp(delivery: ConsumeMessage, attempt?: number): void {
    working = working.then(() => (stopping.signal.aborted ? undefined : work(delivery, attempt)))
  }
  const isOpen = (): boolean => !isClosed
  let isClosed = false
  channel.once('close', () => {
    isClosed = true
  })

  const { elsewhere } = options
  const relaying = Promise.all([
    relay(
      (message) => publish(channel, exchange, message),
      (type) => elsewhere?.takes(type) !== true,
    ),
    elsewhere === undefined ? undefined : relay(elsewhere.send, elsewhere.takes),
  ])
  let working: Promise<void> = Promise.resolve()
  await channel.prefetch(prefetch)
  const { consumerTag } = await channel.consume(queue, (delivery) => {
    if (delivery !== null) queueUp(delivery)
  })
  return service
}

/** Resolves when a queue has it; rejects when it came back, was refused, or nobody knows. */
function publish(channel: ConfirmChannel, exchange: string, { envelope }: OutboxMessage): Promise<void> {
  const { name } = openSagaMessage(envelope)
  return new Promise((resolve, reject) => {
    let isReturned = false
    const onReturn = (): void => {
      isReturned = true
    }
    channel.on('return', onReturn)
    channel.publish(
      exchange,
      name,
      Buffer.from(JSON.stringify(envelope)),
      {
        messageId: envelope.id,
        type: name,
        contentType: 'application/json',
        persistent: true,
        mandatory: true,
      },
      (error: unknown) => {
        channel.off('return', onReturn)
        if (isReturned) reject(new Error(`nobody listens to ${name}`))
        else if (error === null) resolve()
        else reject(error instanceof Error ? error : new Error(String(error)))
      },
    )
  })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
