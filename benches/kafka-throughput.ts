/**
 * What the embedded Kafka brings through with the real kafkajs: acks=all with 1, 100 and 1000 records of 1 KB a send and 1
 * and 20 sends in flight, and consuming by eachMessage and eachBatch; with one node, and with three that all keep every
 * record. Beside a null broker, which is the client's ceiling, and beside the real Kafka that KAFKA_BROKERS names, if it
 * names one. Rounds are interleaved, so that what disturbs one disturbs all; the figures are medians over the rounds. Prints Markdown.
 *
 *     node benches/kafka-throughput.ts [rounds=5] [seconds=1] [messages=100000]
 */
import { printTable, rounded, Samples, word } from './kit/figures.ts'
import { printKafkaMachine, startKafkaField } from './kit/kafka-field.ts'
import { consume, fill, onTopic, produce } from './kit/kafka-load.ts'

const CEILING = 'null broker'
const WARM_UP_MS = 300
const rounds = Number(word('rounds') ?? 5)
const measuredMs = Number(word('seconds') ?? 1) * 1000
const count = Number(word('messages') ?? 100_000)
const loads = [1, 100, 1000].flatMap((perSend) =>
  [1, 20].map((inFlight) => ({ perSend, inFlight, title: `${perSend} a send, ${inFlight} in flight` })),
)
const ways = ['eachMessage', 'eachBatch'] as const

await using field = await startKafkaField()
const [rates, p50s, p99s] = [new Samples(), new Samples(), new Samples()]
for (let round = 0; round < rounds; round++) {
  for (const { perSend, inFlight, title } of loads) {
    for (const contender of field.contenders) {
      const sends = await onTopic(contender, (producer, topic) =>
        produce(producer, topic, { perSend, inFlight, warmUpMs: WARM_UP_MS, measuredMs }),
      )
      rates.add(contender.name, title, sends.recordsPerSecond)
      p50s.add(contender.name, title, sends.p50Ms)
      p99s.add(contender.name, title, sends.p99Ms)
    }
  }
  for (const by of ways) {
    for (const contender of field.contenders) {
      const perSecond = await onTopic(contender, async (producer, topic) => {
        await fill(producer, topic, contender.name === CEILING ? 1 : count)
        return consume(contender, topic, { by, count })
      })
      rates.add(contender.name, by, perSecond)
    }
  }
}

const names = field.contenders.map(({ name }) => name)
const ours = names.filter((name) => name !== CEILING)
const cell = (name: string, title: string) => {
  const latency = [p50s, p99s].map((samples) => samples.median(name, title).toFixed(1)).join(' / ')
  const rate = rounded(rates.median(name, title))
  return p50s.of(name, title).length === 0 ? rate : `${rate}; ${latency}`
}
const share = (name: string, title: string) => `${Math.round(100 * rates.ratio(name, CEILING, title))} %`
printKafkaMachine(
  `records a second; p50 / p99 of a send in ms; median of ${rounds} rounds, ${measuredMs} ms each after ${WARM_UP_MS} ms of warm-up, ${count} records consumed; shares of the null broker round by round`,
)
printTable(
  ['acks=all, 1 KB', ...names, ...ours.map((name) => `${name}, share`)],
  [...loads.map(({ title }) => title), ...ways].map((title) => [
    title,
    ...names.map((name) => cell(name, title)),
    ...ours.map((name) => share(name, title)),
  ]),
)
// kafkajs keeps a timer going for a while after it has been disconnected.
setImmediate(() => process.exit(0))
