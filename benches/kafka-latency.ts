/**
 * How long a record takes at a calm rate: from the send to its consumer, and to its acknowledgement. Records of 1 KB with
 * acks=all, one a send, and a consumer that waits for the next one; with one node and with three, beside a real Kafka where it
 * can be had. Rounds are interleaved and their samples are taken together; ratios are those of a round, median. Prints
 * Markdown.
 *
 *     node benches/kafka-latency.ts [rounds=5] [seconds=3] [rate=200] [nodes=1,3] [real=1,3|none]
 */
import { percentile, printTable, Samples, word } from './kit/figures.ts'
import { CEILING, inTurn, pairsOf, printKafkaMachine, startKafkaField } from './kit/kafka-field.ts'
import { onTopic, steadily } from './kit/kafka-load.ts'

const rounds = Number(word('rounds') ?? 5)
const seconds = Number(word('seconds') ?? 3)
const perSecond = Number(word('rate') ?? 200)
const shares = { p50: 0.5, p99: 0.99 } as const

const field = await startKafkaField()
const contenders = field.contenders.filter(({ name }) => name !== CEILING)
const [all, ofRounds] = [new Samples(), new Samples()]
// The first round warms up.
for (let round = 0; round < rounds + 1; round++) {
  for (const contender of inTurn(contenders, round)) {
    const took = await onTopic(contender, (producer, topic) =>
      steadily(contender, producer, topic, { perSecond, seconds }),
    )
    if (round === 0) continue
    for (const what of ['delivered', 'acknowledged'] as const) {
      all.add(contender.name, what, ...took[what])
      for (const [name, share] of Object.entries(shares))
        ofRounds.add(contender.name, `${what} ${name}`, percentile(took[what], share))
    }
  }
}

const columns = ['delivered', 'acknowledged'].flatMap((what) =>
  Object.entries(shares).map(([name, share]) => ({ what, title: `${what} ${name}`, share })),
)
printKafkaMachine(
  `records of 1 KB, one a send, acks=all, ${rounds} interleaved rounds of ${seconds} s at ${perSecond}/s behind one that does not count: ${rounds * seconds * perSecond} samples a row`,
)
printTable(
  ['milliseconds', ...columns.map(({ title }) => title)],
  contenders.map(({ name }) => [
    name,
    ...columns.map(({ what, share }) => percentile(all.of(name, what), share).toFixed(2)),
  ]),
)
console.log('Ratios of the same round, median.\n')
printTable(
  ['to the real Kafka', ...columns.map(({ title }) => title)],
  pairsOf(contenders).map(([one, other]) => [
    one,
    ...columns.map(({ title }) => ofRounds.ratio(one, other, title).toFixed(2)),
  ]),
)
// kafkajs keeps a timer going for a while after it has been disconnected.
await field[Symbol.asyncDispose]()
process.exit(0)
