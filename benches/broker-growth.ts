/**
 * Whether one operation costs the same however many messages wait: publishing (window 300) onto a queue with 1,000, 100,000
 * and 1,000,000 messages in it, consuming from it (prefetch 100, an ack each), the memory of the broker's process, and a
 * restart. 1 KB persistent messages, classic and quorum; `real=4.0` does the same with a real RabbitMQ beside it. Rounds at
 * all depths are interleaved, and each depth is compared with the least: how much one operation costs, and how many bytes a
 * waiting message takes of the process. Prints Markdown.
 *
 *     node benches/broker-growth.ts [depths=1000,100000,1000000] [rounds=5] [messages=20000] [durability=os] [type=classic,quorum] [memory=32] [real=none]
 */
import { performance } from 'node:perf_hooks'
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib'
import {
  type Durability,
  endOnSignals,
  type QueueType,
  realWord,
  startEmbedded,
  startReals,
  urlOf,
} from './kit/contenders.ts'
import { printMachine, printTable, residentMegabytes, rounded, Samples, word, words } from './kit/figures.ts'
import { consume, fill, publishCount } from './kit/load.ts'

const depths = (word('depths') ?? '1000,100000,1000000').split(',').map(Number)
const rounds = Number(word('rounds') ?? 5)
const messages = Number(word('messages') ?? 20_000)
const [durability = 'os'] = words<Durability>('durability', ['fsync', 'os'], ['os'])
const types = words<QueueType>('type', ['classic', 'quorum'])
const memoryBytesMax = Number(word('memory') ?? 32) * 1024 * 1024

interface Broker extends AsyncDisposable {
  readonly name: string
  readonly url: string
  readonly pid: number | undefined
  restart(): Promise<void>
}

interface World {
  readonly row: string
  readonly depth: number
  readonly broker: Broker
  readonly connection: ChannelModel
  readonly channel: ConfirmChannel
}

endOnSignals()
const samples = new Samples()
const rows: string[][] = []
for (const type of types) {
  await measure(type, openEmbedded)
  for (const version of realWord(['none'])) await measure(type, () => openReal(version))
}
printMachine(
  `1 KB persistent messages, ${durability}, memory bound ${memoryBytesMax / 1024 / 1024} MB, medians of ${rounds} interleaved ` +
    `rounds of ${messages} messages published and consumed`,
)
printTable(
  [
    'queue',
    'waiting',
    'publish/s',
    'cost to the least',
    'consume/s',
    'cost to the least',
    'memory MB',
    'bytes a message',
    'restart s',
  ],
  rows,
)

/** A broker for each depth: what one holds must not disturb the other's figures, only take its turn. */
async function measure(type: QueueType, open: () => Promise<Broker>): Promise<void> {
  const worlds: World[] = []
  for (const depth of depths) {
    const broker = await open()
    const connection = await connect(broker.url, { noDelay: true })
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue('q', { arguments: { 'x-queue-type': type } })
    await fill(channel, 'q', depth)
    worlds.push({ row: `${broker.name} ${type} ${depth}`, depth, broker, connection, channel })
  }
  // The first round warms up.
  for (let round = 0; round < rounds + 1; round++) {
    for (const { row, channel } of worlds) {
      const published = await publishCount(channel, 'q', { window: 300, count: messages })
      const consumed = await consume(channel, 'q', messages)
      if (round === 0) continue
      samples.add(row, 'publish', published)
      samples.add(row, 'consume', consumed)
    }
  }
  const [least, deepest] = [worlds[0] as World, worlds.at(-1) as World]
  const memoryOf = new Map(worlds.map((world) => [world, residentMegabytes(world.broker.pid)]))
  for (const world of worlds) {
    const { row, depth, broker, connection } = world
    const memory = memoryOf.get(world) ?? 0
    // Between shallow queues, what has not been collected yet makes more of a difference than messages do.
    const grown = (memory - (memoryOf.get(least) ?? 0)) * 1024 * 1024
    const bytesEach = world === deepest ? (grown / (depth - least.depth)).toFixed(0) : ''
    await connection.close()
    const began = performance.now()
    await broker.restart()
    const restart = (performance.now() - began) / 1000
    await broker[Symbol.asyncDispose]()
    const figures = ['publish', 'consume'].flatMap((what) => [
      rounded(samples.median(row, what)),
      samples.ratio(least.row, row, what).toFixed(2),
    ])
    rows.push([
      `${broker.name} ${type}`,
      rounded(depth),
      ...figures,
      memory.toFixed(0),
      bytesEach,
      restart.toFixed(1),
    ])
  }
}

async function openEmbedded(): Promise<Broker> {
  const broker = await startEmbedded({ durability, memoryBytesMax })
  return Object.assign(broker, { name: `embedded ${durability}` })
}

async function openReal(version: ReturnType<typeof realWord>[number]): Promise<Broker> {
  const [node] = await startReals([version])
  if (node === undefined)
    throw new Error(`without RabbitMQ ${version} there is nothing to compare: leave real= out`)
  return Object.assign(node, { name: node.server, url: urlOf(node) })
}
