/** What a client does to a broker in a bench: confirms in a window, consuming with acks, a steady rate. */
import { performance } from 'node:perf_hooks'
import { type Channel, type ConfirmChannel, connect } from 'amqplib'
import type { Contender } from './contenders.ts'

/** 1 KB, persistent: what every figure in this folder is about. */
export const body = Buffer.alloc(1024, 'x')
const PREFETCH = 100

/** A confirm channel with a new queue of the contender's type; both are gone afterwards. */
export async function onQueue<T>(
  { url, type }: Contender,
  act: (channel: ConfirmChannel, queue: string) => Promise<T>,
): Promise<T> {
  const connection = await connect(url, { noDelay: true })
  const channel = await connection.createConfirmChannel()
  const queue = `bench-${process.pid}-${Math.random().toString(36).slice(2)}`
  await channel.assertQueue(queue, type === undefined ? {} : { arguments: { 'x-queue-type': type } })
  try {
    return await act(channel, queue)
  } finally {
    await channel.deleteQueue(queue)
    await connection.close()
  }
}

export interface Confirms {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Publishes with at most `window` unconfirmed at a time. */
export async function publish(
  channel: ConfirmChannel,
  queue: string,
  options: { readonly window: number; readonly warmUpMs: number; readonly measuredMs: number },
): Promise<Confirms> {
  const { window, warmUpMs, measuredMs } = options
  const began = performance.now()
  const latencies: number[] = []
  let inFlight = 0
  await new Promise<void>((resolve, reject) => {
    const next = () => {
      const at = performance.now()
      if (at - began > warmUpMs + measuredMs) {
        if (inFlight === 0) resolve()
        return
      }
      inFlight++
      channel.sendToQueue(queue, body, { persistent: true }, (error) => {
        if (error) return reject(error as Error)
        inFlight--
        if (at - began > warmUpMs) latencies.push(performance.now() - at)
        next()
      })
    }
    for (let free = 0; free < window; free++) next()
  })
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
  return { perSecond: (latencies.length / measuredMs) * 1000, p50Ms: at(0.5), p99Ms: at(0.99) }
}

/** Publishes `count` messages with at most `window` unconfirmed at a time; gives messages per second. */
export async function publishCount(
  channel: ConfirmChannel,
  queue: string,
  { window, count }: { readonly window: number; readonly count: number },
): Promise<number> {
  const began = performance.now()
  let [sent, confirmed] = [0, 0]
  await new Promise<void>((resolve, reject) => {
    const next = () => {
      if (sent === count) return
      sent++
      channel.sendToQueue(queue, body, { persistent: true }, (error) => {
        if (error) return reject(error as Error)
        if (++confirmed === count) resolve()
        next()
      })
    }
    for (let free = 0; free < window; free++) next()
  })
  return (count / (performance.now() - began)) * 1000
}

/** Puts `count` messages into the queue. */
export async function fill(channel: ConfirmChannel, queue: string, count: number): Promise<void> {
  for (let sent = 0; sent < count; ) {
    for (const until = Math.min(count, sent + 1000); sent < until; sent++) {
      channel.sendToQueue(queue, body, { persistent: true })
    }
    await channel.waitForConfirms()
  }
}

/** Leaves `count` messages in a durable queue. */
export async function fillQueue(url: string, count: number): Promise<void> {
  const connection = await connect(url, { noDelay: true })
  const channel = await connection.createConfirmChannel()
  await channel.assertQueue('filled')
  await fill(channel, 'filled', count)
  await connection.close()
}

/** Consumes `count` messages with prefetch 100 and an ack each, and gives messages per second; the first tenth is warm-up. */
export async function consume(channel: Channel, queue: string, count: number): Promise<number> {
  let seen = 0
  let began = 0
  await channel.prefetch(PREFETCH)
  let consumerTag = ''
  const perSecond = await new Promise<number>((resolve, reject) => {
    const take = (message: Parameters<Parameters<Channel['consume']>[1]>[0]) => {
      if (message === null) return
      // What comes before the cancel is answered goes back.
      if (seen === count) return channel.nack(message)
      channel.ack(message)
      seen++
      if (seen === Math.floor(count / 10)) began = performance.now()
      if (seen === count) resolve(((count * 0.9) / (performance.now() - began)) * 1000)
    }
    channel.consume(queue, take).then((reply) => {
      consumerTag = reply.consumerTag
    }, reject)
  })
  await channel.cancel(consumerTag)
  return perSecond
}

/** Publishes at a steady rate and gives how long each message took to its consumer and to its confirm, in ms. */
export async function steadily(
  channel: ConfirmChannel,
  queue: string,
  options: { readonly perSecond: number; readonly seconds: number },
): Promise<{ delivered: number[]; confirmed: number[] }> {
  const count = options.perSecond * options.seconds
  const delivered: number[] = []
  const confirmed: number[] = []
  await channel.prefetch(PREFETCH)
  await new Promise<void>((resolve, reject) => {
    const take = (message: Parameters<Parameters<Channel['consume']>[1]>[0]) => {
      if (message === null) return
      delivered.push(performance.now() - Number(message.properties.messageId))
      channel.ack(message)
      if (delivered.length === count && confirmed.length === count) resolve()
    }
    channel.consume(queue, take).catch(reject)
    const began = performance.now()
    let sent = 0
    const timer = setInterval(() => {
      const due = Math.min(count, Math.floor(((performance.now() - began) / 1000) * options.perSecond))
      for (; sent < due; sent++) {
        const at = performance.now()
        channel.sendToQueue(queue, body, { persistent: true, messageId: String(at) }, (error) => {
          if (error) return reject(error as Error)
          confirmed.push(performance.now() - at)
          if (delivered.length === count && confirmed.length === count) resolve()
        })
      }
      if (sent === count) clearInterval(timer)
    }, 1)
  })
  return { delivered, confirmed }
}
