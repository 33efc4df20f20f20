/**
 * How long a message takes at a calm 500 a second: from publish to its consumer, and from publish to its confirm. 1 KB
 * persistent messages, durable queues, prefetch 100, an ack each; beside the real RabbitMQ 3.10 and 4.0 where they can be
 * had. Rounds are interleaved and their samples are taken together. Prints Markdown.
 *
 *     node benches/broker-latency.ts [rounds=3] [seconds=4] [rate=500] [real=3.10,4.0|none] [durability=fsync,os] [type=classic,quorum]
 */
import { CEILING, type QueueType, realWord, startField } from './kit/contenders.ts'
import { percentile, printMachine, printTable, Samples, word, words } from './kit/figures.ts'
import { onQueue, publish, steadily } from './kit/load.ts'

const rounds = Number(word('rounds') ?? 3)
const seconds = Number(word('seconds') ?? 4)
const perSecond = Number(word('rate') ?? 500)

await using field = await startField({
  durabilities: words('durability', ['fsync', 'os']),
  types: words<QueueType>('type', ['classic', 'quorum']),
  real: realWord(),
})
const brokers = field.contenders.filter(({ name }) => name !== CEILING)
const samples = new Samples()
for (let round = 0; round < rounds; round++) {
  for (const contender of brokers) {
    await onQueue(contender, async (channel, queue) => {
      // What has run for a while is what a learner meets.
      await publish(channel, queue, { window: 10, warmUpMs: 0, measuredMs: 300 })
      await channel.purgeQueue(queue)
      const { delivered, confirmed } = await steadily(channel, queue, { perSecond, seconds })
      samples.add(contender.name, 'delivered', ...delivered)
      samples.add(contender.name, 'confirmed', ...confirmed)
    })
  }
}
printMachine(
  `1 KB persistent messages, ${rounds} interleaved rounds of ${seconds} s at ${perSecond}/s: ${rounds * seconds * perSecond} samples a row`,
)
printTable(
  ['milliseconds', 'delivered p50', 'p99', 'confirmed p50', 'p99'],
  brokers.map(({ name }) => [
    name,
    ...['delivered', 'confirmed'].flatMap((what) =>
      [0.5, 0.99].map((share) => percentile(samples.of(name, what), share).toFixed(2)),
    ),
  ]),
)
