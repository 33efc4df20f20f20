/**
 * How long a message takes at a calm 500 a second: from publish to its consumer, and from publish to its confirm. 1 KB
 * persistent messages, durable queues, prefetch 100, an ack each; beside the real RabbitMQ
 * that AMQP_URL names. Rounds are interleaved and their samples are taken together.
 *
 *     node benches/broker-latency.ts [rounds=3] [seconds=4] [rate=500] [durability=fsync,os] [type=classic,quorum]
 */
import { percentile, printMachine, startField, word } from './kit/contenders.ts'
import { onQueue, publish, steadily } from './kit/load.ts'

const rounds = Number(word('rounds') ?? 3)
const seconds = Number(word('seconds') ?? 4)
const perSecond = Number(word('rate') ?? 500)
const durabilities = (word('durability') ?? 'fsync,os').split(',') as ('fsync' | 'os')[]
const types = (word('type') ?? 'classic,quorum').split(',') as ('classic' | 'quorum')[]

await using field = await startField({ durabilities, types })
const brokers = field.contenders.filter(({ type }) => type !== undefined)
printMachine(
  `${rounds} rounds of ${seconds} s at ${perSecond}/s: ${rounds * seconds * perSecond} samples a row`,
)
const samples = new Map(
  brokers.map(({ name }) => [name, { delivered: [] as number[], confirmed: [] as number[] }]),
)
for (let round = 0; round < rounds; round++) {
  for (const contender of brokers) {
    await onQueue(contender, async (channel, queue) => {
      // What has run for a while is what a learner meets.
      await publish(channel, queue, { window: 10, warmUpMs: 0, measuredMs: 300 })
      await channel.purgeQueue(queue)
      const { delivered, confirmed } = await steadily(channel, queue, { perSecond, seconds })
      const all = samples.get(contender.name)
      all?.delivered.push(...delivered)
      all?.confirmed.push(...confirmed)
    })
  }
}
console.log('Milliseconds\n')
console.log('| | delivered p50 | p99 | confirmed p50 | p99 |\n|---|---|---|---|---|')
for (const [name, { delivered, confirmed }] of samples) {
  const cells = [delivered, confirmed].flatMap((all) => [percentile(all, 0.5), percentile(all, 0.99)])
  console.log(`| ${name} | ${cells.map((ms) => ms.toFixed(2)).join(' | ')} |`)
}
