/**
 * What the embedded RabbitMQ brings through with the real amqplib: confirms at windows of 1, 100 and 300, and consuming
 * with prefetch 100 and an ack each. 1 KB persistent messages, durable queues; the broker is a child process, and client and
 * broker share this computer's cores. One second of warm-up is left out of each figure.
 *
 *     node benches/broker-throughput.ts [seconds=2] [durability=fsync] [type=classic]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { type ConfirmChannel, connect } from 'amqplib'
import { startRabbitMQ } from '#brokers/amqp'

const word = (name: string) => process.argv.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
const measuredMs = Number(word('seconds') ?? 2) * 1000
const durabilities = (word('durability')?.split(',') ?? ['fsync', 'os']) as ('fsync' | 'os')[]
const types = word('type')?.split(',') ?? ['classic', 'quorum']
const windows = [1, 100, 300]
const WARM_UP_MS = 1000
const body = Buffer.alloc(1024, 'x')

interface Figure {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Publishes with at most `window` unconfirmed at a time. */
async function measureConfirms(channel: ConfirmChannel, queue: string, window: number): Promise<Figure> {
  const began = performance.now()
  const latencies: number[] = []
  let inFlight = 0
  await new Promise<void>((resolve, reject) => {
    const publish = () => {
      const at = performance.now()
      if (at - began > WARM_UP_MS + measuredMs) {
        if (inFlight === 0) resolve()
        return
      }
      inFlight++
      channel.sendToQueue(queue, body, { persistent: true }, (error) => {
        if (error) return reject(error as Error)
        inFlight--
        if (at - began > WARM_UP_MS) latencies.push(performance.now() - at)
        publish()
      })
    }
    for (let free = 0; free < window; free++) publish()
  })
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
  return { perSecond: (latencies.length / measuredMs) * 1000, p50Ms: at(0.5), p99Ms: at(0.99) }
}

/** Consumes what lies in the queue, one ack each; the first tenth is warm-up. */
async function measureConsume(channel: ConfirmChannel, queue: string, count: number): Promise<number> {
  let seen = 0
  let began = 0
  await channel.prefetch(100)
  return new Promise((resolve, reject) => {
    channel
      .consume(queue, (message) => {
        if (message === null) return
        channel.ack(message)
        seen++
        if (seen === Math.floor(count / 10)) began = performance.now()
        if (seen === count) resolve(((count * 0.9) / (performance.now() - began)) * 1000)
      })
      .catch(reject)
  })
}

async function fill(channel: ConfirmChannel, queue: string, count: number): Promise<void> {
  for (let sent = 0; sent < count; ) {
    for (const until = Math.min(count, sent + 1000); sent < until; sent++) {
      channel.sendToQueue(queue, body, { persistent: true })
    }
    await channel.waitForConfirms()
  }
}

const thousands = (perSecond: number) => `${(perSecond / 1000).toFixed(1)} k`

console.log(`Node ${process.version}, ${availableParallelism()} cores, 1 KB persistent, messages per second`)
console.log(
  '| durability | queue | window 1 | window 100 | window 300 (p50 / p99 ms) | consume |\n|---|---|---|---|---|---|',
)
for (const durability of durabilities) {
  for (const type of types) {
    const folder = await mkdtemp(join(tmpdir(), 'broker-throughput-'))
    {
      await using broker = await startRabbitMQ({ runsIn: 'child', dataDir: folder, durability })
      const connection = await connect(broker.url, { noDelay: true })
      const channel = await connection.createConfirmChannel()
      const cells: string[] = []
      for (const window of windows) {
        const queue = `window-${window}`
        await channel.assertQueue(queue, { arguments: { 'x-queue-type': type } })
        const { perSecond, p50Ms, p99Ms } = await measureConfirms(channel, queue, window)
        const latency = window === 300 ? ` (${p50Ms.toFixed(1)} / ${p99Ms.toFixed(1)})` : ''
        cells.push(thousands(perSecond) + latency)
        await channel.deleteQueue(queue)
      }
      await channel.assertQueue('consume', { arguments: { 'x-queue-type': type } })
      const count = 30_000
      await fill(channel, 'consume', count)
      cells.push(thousands(await measureConsume(channel, 'consume', count)))
      console.log(`| ${durability} | ${type} | ${cells.join(' | ')} |`)
      await connection.close()
    }
    await rm(folder, { recursive: true, force: true })
  }
}
