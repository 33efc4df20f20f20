/**
 * How long until the embedded Kafka accepts clients, with one node and with three: in a worker thread, in a child process,
 * from a pre-forked spare; and how long until a fresh group has its first message. The compile cache is warm: two starts are
 * made and not counted.
 *
 *     node benches/kafka-start.ts [n=20]
 */
import { performance } from 'node:perf_hooks'
import { discardSpares, type KafkaOptions, prepareSpare, startKafka } from '#brokers/kafka'
import { word } from './kit/figures.ts'
import { printKafkaMachine } from './kit/kafka-field.ts'
import { clientOf } from './kit/kafka-load.ts'

const WARM_UPS = 2
const times = Number(word('n') ?? 20)

async function measured(act: () => Promise<number>): Promise<number[]> {
  const tookMs: number[] = []
  for (let at = 0; at < times + WARM_UPS; at++) {
    const ms = await act()
    if (at >= WARM_UPS) tookMs.push(ms)
  }
  return tookMs
}

async function startMs(options: KafkaOptions): Promise<number> {
  const began = performance.now()
  const cluster = await startKafka(options)
  const tookMs = performance.now() - began
  await cluster.stop()
  return tookMs
}

/** From connecting a consumer of a new group to its first message, which lies there already. */
async function firstMessageMs(brokers: readonly string[], at: number): Promise<number> {
  const contender = { name: 'embedded', brokers, replicationFactor: 1 }
  const consumer = clientOf(contender).consumer({ groupId: `group-${at}` })
  const began = performance.now()
  await consumer.connect()
  await consumer.subscribe({ topics: ['first'], fromBeginning: true })
  const ms = await new Promise<number>((resolve, reject) => {
    consumer.run({ eachMessage: async () => resolve(performance.now() - began) }).catch(reject)
  })
  await consumer.disconnect()
  return ms
}

function printRow(name: string, tookMs: number[]): void {
  tookMs.sort((a, b) => a - b)
  const shown = [tookMs[tookMs.length >> 1], tookMs[0], tookMs.at(-1)].map((ms) => ms?.toFixed(0))
  console.log(`| ${[name, ...shown].join(' | ')} |`)
}

printKafkaMachine(`n=${times}, milliseconds`)
console.log('| how | median | min | max |\n|---|---|---|---|')
for (const nodes of [1, 3] as const) {
  const plural = nodes === 1 ? 'node' : 'nodes'
  for (const runsIn of ['worker', 'child'] as const)
    printRow(`${nodes} ${plural}, ${runsIn}`, await measured(() => startMs({ runsIn, nodes })))
  printRow(
    `${nodes} ${plural}, spare`,
    await measured(async () => {
      await prepareSpare()
      return startMs({ runsIn: 'child', nodes })
    }),
  )
  await using cluster = await startKafka({ nodes })
  const producer = clientOf({ name: '', brokers: cluster.brokers, replicationFactor: 1 }).producer()
  await producer.connect()
  await producer.send({ topic: 'first', messages: [{ value: 'a' }] })
  let group = 0
  printRow(
    `${nodes} ${plural}, first message of a fresh group`,
    await measured(() => firstMessageMs(cluster.brokers, group++)),
  )
  await producer.disconnect()
}
await discardSpares()
// kafkajs keeps a timer going for a while after it has been disconnected.
setImmediate(() => process.exit(0))
